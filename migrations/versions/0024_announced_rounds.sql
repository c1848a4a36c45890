-- A round with a draw is announced first, and takes applications once its rule sheet is published. What a clerk enters
-- for somebody is stored with who entered it.

ALTER TABLE issuance.rounds DROP CONSTRAINT rounds_state_is_known;
ALTER TABLE issuance.rounds ADD CONSTRAINT rounds_state_is_known
    CHECK (state IN ('announced', 'open', 'closed', 'frozen', 'drawn', 'withdrawn'));
UPDATE issuance.rounds AS r SET state = 'announced'
WHERE r.state = 'open' AND r.rule <> 'first_come'
  AND NOT EXISTS (SELECT FROM issuance.draw_files AS f WHERE f.round_id = r.id AND f.name = 'rule_sheet.json')
  AND NOT EXISTS (SELECT FROM issuance.applications AS a WHERE a.round_id = r.id);

CREATE TABLE issuance.round_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO issuance.round_moves (from_state, to_state) VALUES
    ('announced', 'open'), ('announced', 'withdrawn'), ('open', 'closed'), ('open', 'drawn'), ('closed', 'frozen'),
    ('frozen', 'drawn');
CREATE TRIGGER round_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.round_moves
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
GRANT SELECT ON issuance.round_moves TO kashiman_app, kashiman_auditor;

-- Only what is first come, first served begins open, and is decided when it is closed. Every other round opens when the
-- sheet is published that two people stand behind.
CREATE FUNCTION issuance.check_round_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    has_draw boolean := NEW.rule <> 'first_come';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> (CASE WHEN has_draw THEN 'announced' ELSE 'open' END) THEN
            RAISE EXCEPTION 'a round cannot begin in the state %', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_moves_are_legal';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'open' AND has_draw <> (NEW.state = 'closed') OR NOT EXISTS (
        SELECT FROM issuance.round_moves WHERE from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a round cannot move to the state %', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_moves_are_legal';
    END IF;
    IF NEW.state = 'open' AND NOT EXISTS (
        SELECT FROM issuance.draw_files AS f
        JOIN issuance.draw_steps AS s ON s.round_id = f.round_id AND s.facts ->> 'sha256' = f.sha256
        WHERE f.round_id = NEW.id AND f.name = 'rule_sheet.json'
          AND s.kind = 'rule_sheet' AND s.confirmed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a round with a draw opens when its rule sheet is published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_open_with_their_rules';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rounds_moves_are_legal BEFORE INSERT OR UPDATE OF state ON issuance.rounds
    FOR EACH ROW EXECUTE FUNCTION issuance.check_round_move();

-- Whoever writes an application holds its round as it is, as `share_rounds` does.
CREATE FUNCTION issuance.check_rounds_are_open() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    state_of_round text;
BEGIN
    FOR state_of_round IN
        SELECT state FROM issuance.rounds WHERE id IN (SELECT round_id FROM fresh) ORDER BY id FOR SHARE
    LOOP
        IF state_of_round <> 'open' THEN
            RAISE EXCEPTION 'a round that is % takes no applications', state_of_round
                USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_only_in_open_rounds';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER applications_only_in_open_rounds AFTER INSERT ON issuance.applications
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION issuance.check_rounds_are_open();

-- At the end of the transaction there is an entry for every version that came in at the counter or on paper, and for
-- paper it names the form.
CREATE FUNCTION issuance.check_application_has_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM issuance.application_entries AS e
        WHERE (e.round_id, e.person_id, e.version) = (NEW.round_id, NEW.person_id, NEW.version)
          AND (NEW.channel <> 'paper' OR e.form_number IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'nobody is recorded who entered this application'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_by_clerks_have_an_entry';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER applications_by_clerks_have_an_entry AFTER INSERT ON issuance.applications
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.channel <> 'web')
    EXECUTE FUNCTION issuance.check_application_has_entry();
