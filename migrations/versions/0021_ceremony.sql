-- The ceremony of a draw: steps that two people take, the published count of each day, why applications do not count,
-- and objections to a list.

CREATE TABLE issuance.draw_steps (
    id uuid PRIMARY KEY,
    round_id uuid NOT NULL,
    kind text NOT NULL,
    facts jsonb NOT NULL,
    reason text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    confirmed_by uuid,
    confirmed_at timestamptz,
    CONSTRAINT draw_steps_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT draw_steps_kind_is_known CHECK (
        kind IN ('rule_sheet', 'extension', 'correction', 'settlement', 'beacon', 'beacon_value')
    ),
    CONSTRAINT draw_steps_facts_are_an_object CHECK (jsonb_typeof(facts) = 'object'),
    CONSTRAINT draw_steps_need_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT draw_steps_are_confirmed_whole CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX draw_steps_round ON issuance.draw_steps (round_id);

CREATE TABLE issuance.daily_roots (
    round_id uuid NOT NULL,
    day date NOT NULL,
    count integer NOT NULL,
    root text NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT daily_roots_one_per_day PRIMARY KEY (round_id, day),
    CONSTRAINT daily_roots_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT daily_roots_count_fits CHECK (count >= 0),
    CONSTRAINT daily_roots_root_is_hex CHECK (root ~ '^[0-9a-f]{64}$')
);

CREATE TABLE issuance.draw_voids (
    round_id uuid NOT NULL,
    list_version integer NOT NULL,
    receipt text NOT NULL,
    reason text NOT NULL,
    stands_for_it text,
    CONSTRAINT draw_voids_one_of_each PRIMARY KEY (round_id, list_version, receipt),
    CONSTRAINT draw_voids_draw_exists FOREIGN KEY (round_id) REFERENCES issuance.draws,
    CONSTRAINT draw_voids_reason_is_known CHECK (
        reason IN ('withdrawn', 'merged', 'died', 'moved', 'not_eligible', 'duplicate')
    ),
    CONSTRAINT draw_voids_merged_stand_somewhere CHECK ((reason = 'merged') = (stands_for_it IS NOT NULL))
);

CREATE TABLE issuance.objections (
    id uuid PRIMARY KEY,
    round_id uuid NOT NULL,
    receipt text,
    standing text,
    text text NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT objections_draw_exists FOREIGN KEY (round_id) REFERENCES issuance.draws
);
CREATE INDEX objections_round ON issuance.objections (round_id);

CREATE TABLE issuance.objection_answers (
    objection_id uuid PRIMARY KEY,
    outcome text NOT NULL,
    text text NOT NULL,
    answered_by uuid NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT objection_answers_objection_exists FOREIGN KEY (objection_id) REFERENCES issuance.objections,
    CONSTRAINT objection_answers_outcome_is_known CHECK (outcome IN ('rejected', 'explained', 'upheld'))
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['daily_roots', 'draw_voids', 'objections', 'objection_answers'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;
CREATE TRIGGER draw_steps_stay BEFORE DELETE OR TRUNCATE ON issuance.draw_steps
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER draw_steps_facts_stay BEFORE UPDATE OF id, round_id, kind, facts, reason, proposed_by, proposed_at
    ON issuance.draw_steps FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER draw_steps_are_confirmed_once BEFORE UPDATE ON issuance.draw_steps FOR EACH ROW
    WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION ledger.refuse_change();

-- The rule sheet is published before there is a list, and until something depends on it a file may be published anew.
-- What it replaces stays published beside it.
ALTER TABLE issuance.draw_files DROP CONSTRAINT draw_files_draw_exists;
ALTER TABLE issuance.draw_files
    ADD CONSTRAINT draw_files_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds;
DROP TRIGGER draw_files_append_only ON issuance.draw_files;
CREATE TRIGGER draw_files_append_only BEFORE UPDATE OF round_id, name OR DELETE OR TRUNCATE ON issuance.draw_files
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION issuance.check_file_may_be_replaced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM issuance.draw_files AS kept
        WHERE kept.round_id = OLD.round_id AND kept.name <> OLD.name AND kept.sha256 = OLD.sha256
    ) OR NOT (CASE OLD.name
        WHEN 'rule_sheet.json' THEN NOT EXISTS (SELECT FROM issuance.applications WHERE round_id = OLD.round_id)
        WHEN 'applications.csv' THEN EXISTS (
            SELECT FROM issuance.draws WHERE round_id = OLD.round_id AND frozen_at IS NULL
        )
        WHEN 'frozen.json' THEN EXISTS (
            SELECT FROM issuance.draws WHERE round_id = OLD.round_id AND drawn_at IS NULL
        )
        ELSE false
    END) THEN
        RAISE EXCEPTION 'history is only added to: a published file stays as it is'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'draw_files_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_files_stay BEFORE UPDATE ON issuance.draw_files
    FOR EACH ROW EXECUTE FUNCTION issuance.check_file_may_be_replaced();

-- A deadline moves to a later one alone, and only by an extension that two people recorded before it.
DROP TRIGGER rounds_rules_stay ON issuance.rounds;
CREATE TRIGGER rounds_rules_stay BEFORE UPDATE OF
        id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, pay_from, pay_until,
        first_day, last_day, usable_at, grace_days, offer_days, commitments, quota ON issuance.rounds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION issuance.check_extension_is_recorded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> 'open' OR NEW.closes_at <= OLD.closes_at OR NOT EXISTS (
        SELECT FROM issuance.draw_steps
        WHERE round_id = OLD.id AND kind = 'extension' AND confirmed_at < OLD.closes_at
          AND (facts ->> 'from')::timestamptz = OLD.closes_at AND (facts ->> 'closes_at')::timestamptz = NEW.closes_at
    ) THEN
        RAISE EXCEPTION 'history is only added to: no extension was recorded before the deadline'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'rounds_deadline_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rounds_deadline_stays BEFORE UPDATE OF closes_at ON issuance.rounds
    FOR EACH ROW EXECUTE FUNCTION issuance.check_extension_is_recorded();

-- Until a beacon is named a corrected list takes the place of the first; until the draw another beacon may be named.
ALTER TABLE issuance.draws ADD COLUMN list_version integer NOT NULL DEFAULT 1;
DROP TRIGGER draws_steps_stay ON issuance.draws;

CREATE FUNCTION issuance.check_draw_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (OLD.round_id, OLD.closed_at) IS DISTINCT FROM (NEW.round_id, NEW.closed_at)
        OR (OLD.root, OLD.rows, OLD.received, OLD.void, OLD.list_version)
            IS DISTINCT FROM (NEW.root, NEW.rows, NEW.received, NEW.void, NEW.list_version)
        AND (OLD.frozen_at IS NOT NULL OR NEW.list_version IS DISTINCT FROM OLD.list_version + 1)
        OR (OLD.beacon_id, OLD.beacon_round, OLD.frozen_by, OLD.second_person, OLD.frozen_at)
            IS DISTINCT FROM (NEW.beacon_id, NEW.beacon_round, NEW.frozen_by, NEW.second_person, NEW.frozen_at)
        AND OLD.frozen_at IS NOT NULL AND (OLD.drawn_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM issuance.draw_steps
            WHERE round_id = OLD.round_id AND kind = 'beacon' AND facts ->> 'beacon_id' = NEW.beacon_id
              AND (facts ->> 'beacon_round')::bigint = NEW.beacon_round AND confirmed_at = NEW.frozen_at
              AND proposed_by = NEW.frozen_by AND confirmed_by = NEW.second_person
        ))
        OR OLD.drawn_at IS NOT NULL AND (OLD.signature, OLD.drawn_at) IS DISTINCT FROM (NEW.signature, NEW.drawn_at)
    THEN
        RAISE EXCEPTION 'history is only added to: a step of a draw is taken once'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'draws_steps_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draws_steps_stay BEFORE UPDATE ON issuance.draws
    FOR EACH ROW EXECUTE FUNCTION issuance.check_draw_step();

GRANT SELECT ON issuance.draw_steps, issuance.daily_roots, issuance.draw_voids TO kashiman_app, kashiman_auditor;
GRANT SELECT ON issuance.objections, issuance.objection_answers TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT INSERT (id, round_id, kind, facts, reason, proposed_by, proposed_at) ON issuance.draw_steps TO kashiman_staff;
GRANT UPDATE (confirmed_by, confirmed_at) ON issuance.draw_steps TO kashiman_staff;
GRANT INSERT ON issuance.daily_roots, issuance.draw_voids TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.objections, issuance.objection_answers TO kashiman_staff;
GRANT UPDATE (content, sha256) ON issuance.draw_files TO kashiman_staff;
GRANT UPDATE (closes_at) ON issuance.rounds TO kashiman_staff;

-- What a drawn round gave by district, age band and hour of application: counts, and never whose. It is told a round
-- and nothing else, so that nobody can ask it about somebody. Lucky are those who got more than everybody was sure of.
CREATE FUNCTION issuance.draw_category_counts(of_round uuid)
RETURNS TABLE (
    dimension text, category text, applicants bigint, units_asked bigint, units_granted bigint, in_draw bigint,
    lucky bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH lines AS (
        SELECT f.name, split_part(line.text, ',', 1) AS receipt, split_part(line.text, ',', 2) AS units
        FROM issuance.draw_files AS f
        CROSS JOIN LATERAL regexp_split_to_table(convert_from(f.content, 'UTF8'), '\n')
            WITH ORDINALITY AS line (text, number)
        WHERE f.round_id = of_round AND f.name IN ('applications.csv', 'results.csv')
          AND line.number > 1 AND line.text <> ''
    ), listed AS MATERIALIZED (
        SELECT a.receipt, a.units::integer AS units, r.units::integer AS granted
        FROM lines AS a JOIN lines AS r ON r.receipt = a.receipt AND r.name = 'results.csv'
        WHERE a.name = 'applications.csv'
    ), sure AS (
        SELECT coalesce(min(granted) FILTER (WHERE granted < units), max(units), 0) AS units FROM listed
    ), applied AS (
        SELECT a.receipt, min(a.person_id::text)::uuid AS person_id, min(a.received_at) AS received_at
        FROM issuance.applications AS a WHERE a.round_id = of_round GROUP BY a.receipt
    ), told AS (
        SELECT l.*, p.district, to_char(a.received_at AT TIME ZONE 'Asia/Tokyo', 'HH24') AS hour,
               extract(year FROM age((r.closes_at AT TIME ZONE 'Asia/Tokyo')::date + 1, p.birth_date))::integer AS age
        FROM listed AS l
        JOIN issuance.rounds AS r ON r.id = of_round
        LEFT JOIN applied AS a ON a.receipt = l.receipt
        LEFT JOIN identity.people AS p ON p.id = a.person_id AND p.erased_at IS NULL
    )
    SELECT d.dimension, coalesce(d.category, 'other'), count(*), sum(t.units), sum(t.granted),
           count(*) FILTER (WHERE t.units > sure.units), count(*) FILTER (WHERE t.granted > sure.units)
    FROM told AS t CROSS JOIN sure
    CROSS JOIN LATERAL (VALUES
        ('district', t.district),
        ('age_band', CASE WHEN t.age >= 80 THEN '80-' ELSE t.age / 10 * 10 || '-' || t.age / 10 * 10 + 9 END),
        ('hour', t.hour)
    ) AS d (dimension, category)
    GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION issuance.draw_category_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.draw_category_counts TO kashiman_staff, kashiman_worker;
