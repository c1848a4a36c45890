-- What everybody may see of a draw before and around it. A step tells for which desks two people took it; steps that
-- were taken before desks were written down have none.

ALTER TABLE issuance.draw_steps ADD COLUMN proposed_desk text, ADD COLUMN confirmed_desk text;
ALTER TABLE issuance.draw_steps ADD CONSTRAINT draw_steps_desks_are_known CHECK (
    proposed_desk IN ('commerce', 'finance', 'help', 'audit', 'system')
    AND (confirmed_desk IS NULL OR confirmed_desk IN ('commerce', 'finance', 'help', 'audit', 'system'))
);
CREATE TRIGGER draw_steps_desk_stays BEFORE UPDATE OF proposed_desk ON issuance.draw_steps
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
GRANT INSERT (proposed_desk), UPDATE (confirmed_desk) ON issuance.draw_steps TO kashiman_staff;

-- The public pages read as residents do. Of an objection they see that there is one and what the city answered: never
-- what somebody said, with which receipt, or who wrote it down.
GRANT SELECT (id, round_id, standing, recorded_at) ON issuance.objections TO kashiman_pay;
GRANT SELECT (objection_id, outcome, text, answered_at) ON issuance.objection_answers TO kashiman_pay;

-- Where a resident wants to be written to by e-mail: an address that they gave and proved with a code sent to it, and
-- one that is not proved yet. How many codes were sent to whom is counted, so that nobody is flooded with them.
CREATE TABLE identity.mail_addresses (
    person_id uuid PRIMARY KEY,
    address text,
    confirmed_at timestamptz,
    pending_address text,
    code_digest bytea,
    code_expires_at timestamptz,
    failures integer NOT NULL,
    codes_sent integer NOT NULL,
    counted_since timestamptz NOT NULL,
    CONSTRAINT mail_addresses_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT mail_addresses_are_confirmed CHECK ((address IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT mail_addresses_wait_with_their_code CHECK (
        num_nonnulls(pending_address, code_digest, code_expires_at) IN (0, 3)
    )
);
CREATE TRIGGER mail_addresses_person_stays BEFORE UPDATE OF person_id ON identity.mail_addresses
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT, INSERT ON identity.mail_addresses TO kashiman_pay;
GRANT UPDATE (address, confirmed_at, pending_address, code_digest, code_expires_at, failures, codes_sent, counted_since)
    ON identity.mail_addresses TO kashiman_pay;
-- City hall sees that somebody is written to, and never where.
GRANT SELECT (person_id, confirmed_at) ON identity.mail_addresses TO kashiman_staff;

-- The worker forgets what was never proved, and rows that hold nothing any more, without reading an address.
CREATE FUNCTION identity.forget_mail_addresses(moment timestamptz, counted_before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH unproved AS (
        UPDATE identity.mail_addresses SET pending_address = NULL, code_digest = NULL, code_expires_at = NULL
        WHERE code_expires_at <= moment AND (address IS NOT NULL OR counted_since >= counted_before) RETURNING 1
    ), empty AS (
        DELETE FROM identity.mail_addresses
        WHERE address IS NULL AND counted_since < counted_before
          AND (code_expires_at IS NULL OR code_expires_at <= moment)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM unproved) + (SELECT count(*) FROM empty)
$$;
REVOKE ALL ON FUNCTION identity.forget_mail_addresses FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.forget_mail_addresses TO kashiman_worker;

-- With the person goes the address.
CREATE FUNCTION identity.forget_mail_address_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM identity.mail_addresses WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_erased_have_no_mail_address AFTER UPDATE OF erased_at ON identity.people
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION identity.forget_mail_address_of_erased();
REVOKE ALL ON FUNCTION identity.forget_mail_address_of_erased FROM PUBLIC;
