-- Surveys and the funnel. Who opened a campaign is noted once for each wallet. An answer carries no wallet, no person and
-- no time of day: a digest under a key that is not in this database keeps it single and lets its owner take it back.

CREATE TABLE issuance.campaign_openings (
    campaign_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    opened_on date NOT NULL,
    CONSTRAINT campaign_openings_once PRIMARY KEY (campaign_id, wallet_id),
    CONSTRAINT campaign_openings_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns
);

CREATE TABLE issuance.surveys (
    id uuid PRIMARY KEY,
    campaign_id uuid NOT NULL,
    moment text NOT NULL,
    version integer NOT NULL,
    questions jsonb NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT surveys_one_of_each UNIQUE (campaign_id, moment, version),
    CONSTRAINT surveys_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns,
    CONSTRAINT surveys_moment_is_known CHECK (moment IN ('at_purchase', 'after_use')),
    CONSTRAINT surveys_version_is_positive CHECK (version > 0),
    CONSTRAINT surveys_questions_are_a_list CHECK (jsonb_typeof(questions) = 'array')
);

CREATE TABLE issuance.survey_answers (
    digest bytea PRIMARY KEY,
    survey_id uuid NOT NULL,
    answered_on date NOT NULL,
    answers jsonb NOT NULL,
    CONSTRAINT survey_answers_survey_exists FOREIGN KEY (survey_id) REFERENCES issuance.surveys,
    CONSTRAINT survey_answers_digest_is_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT survey_answers_are_an_object CHECK (jsonb_typeof(answers) = 'object')
);
CREATE INDEX survey_answers_survey ON issuance.survey_answers (survey_id);

-- Questions are frozen by their first answer: whoever writes questions and whoever answers them take turns.
CREATE FUNCTION issuance.check_survey_is_unanswered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7005, hashtext(NEW.campaign_id::text || NEW.moment));
    IF EXISTS (
        SELECT FROM issuance.surveys AS s JOIN issuance.survey_answers AS a ON a.survey_id = s.id
        WHERE s.campaign_id = NEW.campaign_id AND s.moment = NEW.moment
    ) THEN
        RAISE EXCEPTION 'the questions of a survey are frozen once it is answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'surveys_frozen_once_answered';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER surveys_frozen_once_answered BEFORE INSERT ON issuance.surveys
    FOR EACH ROW EXECUTE FUNCTION issuance.check_survey_is_unanswered();

CREATE FUNCTION issuance.check_survey_is_newest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    answered issuance.surveys%ROWTYPE;
BEGIN
    SELECT * INTO answered FROM issuance.surveys WHERE id = NEW.survey_id;
    PERFORM pg_advisory_xact_lock_shared(7005, hashtext(answered.campaign_id::text || answered.moment));
    IF EXISTS (
        SELECT FROM issuance.surveys AS s
        WHERE s.campaign_id = answered.campaign_id AND s.moment = answered.moment AND s.version > answered.version
    ) THEN
        RAISE EXCEPTION 'the newest questions of a survey are answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_answers_to_the_newest';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER survey_answers_to_the_newest BEFORE INSERT ON issuance.survey_answers
    FOR EACH ROW EXECUTE FUNCTION issuance.check_survey_is_newest();

CREATE TRIGGER surveys_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.surveys
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER campaign_openings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.campaign_openings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER survey_answers_stay_as_given BEFORE UPDATE OR TRUNCATE ON issuance.survey_answers
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Wallets that paid a shop out of a campaign's lots, at once or by a hold that was captured.
CREATE VIEW ledger.wallets_that_spent AS
    SELECT l.campaign_id, l.wallet_id
    FROM ledger.lots AS l
    WHERE EXISTS (
        SELECT FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
        WHERE t.debit_account_id = l.account_id AND (
            j.kind = 'payment' OR j.kind = 'hold_placed' AND EXISTS (
                SELECT FROM ledger.transfers AS c
                JOIN ledger.accounts AS shop ON shop.id = c.credit_account_id AND shop.kind = 'merchant_payable'
                WHERE c.debit_account_id = t.credit_account_id
            )
        )
    )
    GROUP BY l.campaign_id, l.wallet_id;

-- How many people came how far in a campaign, by district, age and how they applied: counts, and never whose. It is
-- told a campaign and nothing else, so that nobody can ask it about somebody. Ages are those at the end of the base
-- date (or of the first round's first day), where a year is complete on the day before the birthday.
CREATE FUNCTION issuance.funnel_counts(of_campaign uuid)
RETURNS TABLE (step text, district text, age_band text, channel text, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH campaign AS (
        SELECT (c.rules ->> 'base_date')::date AS base_date, (c.rules ->> 'age_min')::integer AS age_min,
               1 + coalesce(
                   (c.rules ->> 'base_date')::date,
                   (SELECT (min(r.opens_at) AT TIME ZONE 'Asia/Tokyo')::date FROM issuance.rounds AS r
                    WHERE r.campaign_id = c.id),
                   (c.created_at AT TIME ZONE 'Asia/Tokyo')::date
               ) AS morrow
        FROM issuance.campaigns AS c WHERE c.id = of_campaign
    ), known AS MATERIALIZED (
        SELECT p.id, p.wallet_id, p.district,
               extract(year FROM c.morrow)::integer - extract(year FROM p.birth_date)::integer - (
                   (extract(month FROM c.morrow), extract(day FROM c.morrow))
                       < (extract(month FROM p.birth_date), extract(day FROM p.birth_date))
               )::integer AS age
        FROM identity.people AS p CROSS JOIN campaign AS c WHERE p.erased_at IS NULL
    ), invited AS (
        SELECT k.wallet_id FROM known AS k CROSS JOIN campaign AS c
        WHERE (c.age_min IS NULL OR k.age >= c.age_min) AND (c.base_date IS NULL OR k.id IN (
            SELECT identity.residents_on((SELECT array_agg(id) FROM known), (SELECT base_date FROM campaign))
        ))
    ), newest AS (
        SELECT DISTINCT ON (a.round_id, a.person_id) a.wallet_id, a.channel, a.is_withdrawn, a.received_at
        FROM issuance.applications AS a JOIN issuance.rounds AS r ON r.id = a.round_id
        WHERE r.campaign_id = of_campaign ORDER BY a.round_id, a.person_id, a.version DESC
    ), applied AS MATERIALIZED (
        SELECT DISTINCT ON (wallet_id) wallet_id, channel FROM newest WHERE NOT is_withdrawn
        ORDER BY wallet_id, received_at DESC, channel
    ), steps (step, wallet_id) AS (
        SELECT 'invited', wallet_id FROM invited
        UNION ALL SELECT 'opened', wallet_id FROM issuance.campaign_openings WHERE campaign_id = of_campaign
        UNION ALL SELECT 'applied', wallet_id FROM applied
        UNION ALL SELECT DISTINCT 'granted', g.wallet_id FROM issuance.grants AS g
            JOIN issuance.rounds AS r ON r.id = g.round_id AND r.campaign_id = of_campaign
        UNION ALL SELECT DISTINCT 'bought', wallet_id FROM issuance.purchases
            WHERE campaign_id = of_campaign AND state IN ('paid', 'disputed')
        UNION ALL SELECT 'spent', wallet_id FROM ledger.wallets_that_spent WHERE campaign_id = of_campaign
    )
    SELECT s.step, coalesce(k.district, 'unknown'),
           CASE WHEN k.age IS NULL THEN 'unknown' WHEN k.age < 18 THEN '0-17' WHEN k.age < 30 THEN '18-29'
                WHEN k.age < 45 THEN '30-44' WHEN k.age < 65 THEN '45-64' WHEN k.age < 75 THEN '65-74' ELSE '75+' END,
           coalesce(a.channel, 'none'), count(*)
    FROM steps AS s
    LEFT JOIN known AS k ON k.wallet_id = s.wallet_id
    LEFT JOIN applied AS a ON a.wallet_id = s.wallet_id
    GROUP BY 1, 2, 3, 4
$$;
REVOKE ALL ON FUNCTION issuance.funnel_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.funnel_counts TO kashiman_staff;

GRANT SELECT ON ledger.wallets_that_spent TO kashiman_app, kashiman_auditor;
GRANT SELECT ON issuance.surveys TO kashiman_pay, kashiman_staff, kashiman_auditor;
GRANT INSERT ON issuance.surveys TO kashiman_staff;
GRANT INSERT ON issuance.campaign_openings TO kashiman_pay;
GRANT SELECT, INSERT, DELETE ON issuance.survey_answers TO kashiman_pay;
GRANT SELECT (survey_id, answered_on, answers) ON issuance.survey_answers TO kashiman_staff;
