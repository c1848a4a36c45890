-- Versions of a campaign's rules, its audiences and quotas.

CREATE TABLE issuance.campaign_rule_versions (
    campaign_id uuid NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    rules jsonb NOT NULL,
    rounds jsonb NOT NULL,
    sha256 text NOT NULL,
    copied_from uuid,
    by uuid NOT NULL,
    desk text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT campaign_rule_versions_one_of_each PRIMARY KEY (campaign_id, version),
    CONSTRAINT campaign_rule_versions_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns,
    CONSTRAINT campaign_rule_versions_model_exists FOREIGN KEY (copied_from) REFERENCES issuance.campaigns,
    CONSTRAINT campaign_rule_versions_version_is_positive CHECK (version > 0),
    CONSTRAINT campaign_rule_versions_are_named_by_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
INSERT INTO issuance.campaign_rule_versions (campaign_id, version, title, rules, rounds, sha256, by, desk, at, reason)
SELECT id, rules_version, title, rules, '[]', encode(sha256(convert_to(rules::text, 'UTF8')), 'hex'), created_by,
    'commerce', created_at, 'drafted'
FROM issuance.campaigns;

-- Rules are written while a campaign is a draft, and approval waits for whoever writes.
CREATE FUNCTION issuance.check_rules_are_a_drafts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM issuance.campaigns WHERE id = NEW.campaign_id AND state = 'draft' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the rules of a campaign are written while it is a draft'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_rule_versions_of_drafts_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaign_rule_versions_of_drafts_only BEFORE INSERT ON issuance.campaign_rule_versions
    FOR EACH ROW EXECUTE FUNCTION issuance.check_rules_are_a_drafts();
CREATE TRIGGER campaign_rule_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON issuance.campaign_rule_versions FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- What each move of a campaign's state emits stands in its history; nothing else changes a state.
ALTER TABLE issuance.campaign_events ADD COLUMN event text;
ALTER TABLE issuance.campaign_moves ADD COLUMN emits text;
ALTER TABLE issuance.campaign_moves DISABLE TRIGGER campaign_moves_append_only;
UPDATE issuance.campaign_moves AS m SET emits = told.emits
FROM (VALUES ('approved', 'approved'), ('open', 'opened'), ('drawn', 'drawn'), ('selling', 'selling_began'),
    ('in_use', 'use_began'), ('closed', 'closed'), ('reported', 'reported')) AS told (to_state, emits)
WHERE told.to_state = m.to_state;
ALTER TABLE issuance.campaign_moves ENABLE TRIGGER campaign_moves_append_only;
ALTER TABLE issuance.campaign_moves ALTER COLUMN emits SET NOT NULL;

CREATE FUNCTION issuance.check_campaign_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state <> 'draft' OR TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM issuance.campaign_moves WHERE from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a campaign cannot move to the state %', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'campaigns_moves_are_legal';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_moves_are_legal BEFORE INSERT OR UPDATE OF state ON issuance.campaigns
    FOR EACH ROW EXECUTE FUNCTION issuance.check_campaign_move();

ALTER TABLE issuance.rounds ADD COLUMN quota text;
DROP TRIGGER rounds_rules_stay ON issuance.rounds;
CREATE TRIGGER rounds_rules_stay BEFORE UPDATE OF
        id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, closes_at, pay_from, pay_until,
        first_day, last_day, usable_at, grace_days, offer_days, commitments, quota ON issuance.rounds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

ALTER TABLE issuance.applications DROP CONSTRAINT applications_channel_is_known;
ALTER TABLE issuance.applications
    ADD CONSTRAINT applications_channel_is_known CHECK (channel IN ('web', 'counter', 'paper'));
CREATE INDEX applications_household ON issuance.applications (household_id);

-- What people and their households hold of campaigns, by round: what was granted and not forfeited once a round is
-- decided (a first-come round decides at once), what is asked for before. This is for who only looks.
CREATE FUNCTION issuance.units_held(campaign_ids uuid[], person_ids uuid[], household_ids uuid[])
RETURNS TABLE (campaign_id uuid, round_id uuid, person_id uuid, household_id uuid, units bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
        SELECT r.campaign_id, newest.round_id, newest.person_id, newest.household_id,
            CASE WHEN r.state = 'drawn' OR r.rule = 'first_come' THEN granted.units
                 WHEN newest.is_withdrawn THEN 0 ELSE newest.units END
        FROM (
            SELECT a.round_id, a.person_id FROM unnest(person_ids) AS given (id)
            JOIN issuance.applications AS a ON a.person_id = given.id
            UNION
            SELECT a.round_id, a.person_id FROM unnest(household_ids) AS given (id)
            JOIN issuance.applications AS a ON a.household_id = given.id
        ) AS applicant
        JOIN issuance.rounds AS r ON r.id = applicant.round_id AND r.campaign_id = ANY (campaign_ids)
        CROSS JOIN LATERAL (
            SELECT a.* FROM issuance.applications AS a
            WHERE a.round_id = applicant.round_id AND a.person_id = applicant.person_id
            ORDER BY a.version DESC LIMIT 1
        ) AS newest
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(g.units - coalesce(lost.units, 0)), 0)::bigint AS units
            FROM issuance.grants AS g
            LEFT JOIN LATERAL (
                SELECT sum(f.units) AS units FROM issuance.forfeits AS f WHERE f.grant_id = g.id
            ) AS lost ON true
            WHERE g.round_id = applicant.round_id AND g.person_id = applicant.person_id
        ) AS granted;
END $$;

-- The same for who decides: one person, and one household, is counted by one transaction at a time. Each locks the
-- buckets of all whom it counts, in one order, and reads after that. There are 256 buckets, so that a batch of any
-- size fits the server's table of locks.
CREATE FUNCTION issuance.lock_units_held(campaign_ids uuid[], person_ids uuid[], household_ids uuid[])
RETURNS TABLE (campaign_id uuid, round_id uuid, person_id uuid, household_id uuid, units bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bucket integer;
BEGIN
    FOR bucket IN
        SELECT DISTINCT get_byte(uuid_send(given.id), 15) FROM unnest(person_ids || household_ids) AS given (id)
        ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(7003, bucket);
    END LOOP;
    RETURN QUERY SELECT * FROM issuance.units_held(lock_units_held.campaign_ids, lock_units_held.person_ids,
        lock_units_held.household_ids);
END $$;

GRANT SELECT ON issuance.campaign_rule_versions TO kashiman_app, kashiman_auditor;
GRANT INSERT ON issuance.campaign_rule_versions TO kashiman_staff;
GRANT UPDATE (title, rules, rules_version) ON issuance.campaigns TO kashiman_staff;
REVOKE ALL ON FUNCTION issuance.units_held, issuance.lock_units_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.units_held, issuance.lock_units_held TO kashiman_app;
