-- Who read personal data, and why; what was exported and deleted.

-- Somebody's reading of somebody's data. The resident reads this table, so it says who, when, where, why and what.
CREATE TABLE identity.readings (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    at timestamptz NOT NULL,
    desk text NOT NULL,
    screen text NOT NULL,
    reason_code text NOT NULL,
    reason_text text NOT NULL,
    what text[] NOT NULL,
    case_reference text,
    CONSTRAINT readings_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT readings_staff_exists FOREIGN KEY (staff_id) REFERENCES identity.staff,
    CONSTRAINT readings_desk_is_known CHECK (desk IN ('commerce', 'finance', 'help', 'audit', 'admin')),
    CONSTRAINT readings_screen_is_named CHECK (btrim(screen) <> ''),
    CONSTRAINT readings_reason_is_known CHECK (reason_code IN (
        'inquiry', 'counter', 'lottery_notice', 'lost_device', 'complaint', 'legal_duty', 'audit', 'disclosure'
    )),
    CONSTRAINT readings_reason_is_said CHECK (length(reason_text) BETWEEN 1 AND 300),
    CONSTRAINT readings_what_is_named CHECK (
        cardinality(what) > 0 AND what <@ ARRAY[
            'name', 'kana', 'birth_date', 'address', 'district', 'household', 'wallet', 'smartphone'
        ]
    ),
    CONSTRAINT readings_case_is_short CHECK (length(case_reference) BETWEEN 1 AND 64)
);
CREATE INDEX readings_person ON identity.readings (person_id, at, id);
CREATE INDEX readings_at ON identity.readings (at);

-- What happened to sign-ins, consents, keys, clients and people. It holds no name, no token and no code.
CREATE TABLE identity.audit_events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    outcome text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    person_id uuid,
    client_id text,
    facts jsonb NOT NULL,
    CONSTRAINT audit_events_kind_is_two_words CHECK (kind ~ '^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$'),
    CONSTRAINT audit_events_outcome_is_known CHECK (outcome IN ('succeeded', 'refused', 'failed')),
    CONSTRAINT audit_events_actor_is_known CHECK (
        actor_kind IN ('resident', 'shop', 'staff', 'client', 'system', 'nobody')
    ),
    CONSTRAINT audit_events_facts_are_named CHECK (jsonb_typeof(facts) = 'object')
);
CREATE INDEX audit_events_person ON identity.audit_events (person_id, sequence) WHERE person_id IS NOT NULL;

-- The chain: one link per event, made by the worker afterwards, so that nobody who signs in waits for it.
CREATE TABLE identity.audit_seals (
    position bigint PRIMARY KEY,
    sequence bigint NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT audit_seals_event_exists FOREIGN KEY (sequence) REFERENCES identity.audit_events,
    CONSTRAINT audit_seals_event_is_sealed_once UNIQUE (sequence),
    CONSTRAINT audit_seals_position_counts_up CHECK (position > 0),
    CONSTRAINT audit_seals_hashes_are_sha256 CHECK (octet_length(previous_hash) = 32 AND octet_length(hash) = 32)
);

-- Events that wait to be sealed. A transaction that commits late is found here, whatever its numbers are.
CREATE TABLE identity.audit_unsealed (
    sequence bigint PRIMARY KEY,
    CONSTRAINT audit_unsealed_event_exists FOREIGN KEY (sequence) REFERENCES identity.audit_events
);

CREATE FUNCTION identity.await_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO identity.audit_unsealed (sequence) SELECT sequence FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_events_await_their_seal AFTER INSERT ON identity.audit_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION identity.await_seal();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['audit_events', 'audit_seals'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;

-- A reading never changes, and goes only when claims against the city have lapsed (地方自治法, article 236).
CREATE TRIGGER readings_append_only BEFORE UPDATE OR TRUNCATE ON identity.readings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER readings_stay_five_years BEFORE DELETE ON identity.readings
    FOR EACH ROW WHEN (OLD.at > now() - interval '5 years') EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION identity.purge_readings(older_than timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM identity.readings WHERE at < least(older_than, now() - interval '5 years') RETURNING 1
    )
    SELECT count(*) FROM gone;
$$;

-- A person can be erased: the row stays, so that what points at it stays true, and nothing of the person is left in it.
ALTER TABLE identity.people
    ALTER COLUMN household_id DROP NOT NULL,
    ALTER COLUMN wallet_id DROP NOT NULL,
    ALTER COLUMN family_name DROP NOT NULL,
    ALTER COLUMN given_name DROP NOT NULL,
    ALTER COLUMN family_kana DROP NOT NULL,
    ALTER COLUMN given_kana DROP NOT NULL,
    ALTER COLUMN birth_date DROP NOT NULL,
    ALTER COLUMN district DROP NOT NULL,
    ALTER COLUMN address DROP NOT NULL,
    ALTER COLUMN postal_code DROP NOT NULL,
    ALTER COLUMN has_smartphone DROP NOT NULL,
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT people_are_whole_or_erased CHECK (
        CASE WHEN erased_at IS NULL
            THEN num_nulls(household_id, wallet_id, family_name, given_name, family_kana, given_kana, birth_date,
                district, address, postal_code, has_smartphone) = 0
            ELSE num_nonnulls(household_id, wallet_id, family_name, given_name, family_kana, given_kana, birth_date,
                district, address, postal_code, has_smartphone) = 0
        END
    );
CREATE INDEX people_birth_date ON identity.people (birth_date);

-- A wallet leaves its person at the erasure and at no other time, and an erased person is never changed again.
DROP TRIGGER people_wallet_stays ON identity.people;
CREATE TRIGGER people_wallet_stays BEFORE UPDATE OF id, wallet_id, erased_at ON identity.people
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.erased_at IS NULL) EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER people_erased_stay BEFORE UPDATE ON identity.people
    FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION ledger.refuse_change();

-- Every way in ends with the person: codes, links, passkeys, what was about to become one, and the digests by which the
-- roll knew them. Whoever is on a later extract is a new person with a new wallet.
CREATE FUNCTION identity.erase_person(erased_id uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE identity.people SET
        household_id = NULL, wallet_id = NULL, family_name = NULL, given_name = NULL, family_kana = NULL,
        given_kana = NULL, birth_date = NULL, district = NULL, address = NULL, postal_code = NULL,
        has_smartphone = NULL, erased_at = moment
    WHERE id = erased_id AND erased_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE identity.sign_in_codes SET revoked_at = moment
    WHERE holder_kind = 'resident' AND holder_id = erased_id AND revoked_at IS NULL;
    UPDATE identity.shop_users SET person_id = NULL WHERE person_id = erased_id;
    DELETE FROM identity.roll_entries WHERE person_id = erased_id;
    DELETE FROM identity.links WHERE person_id = erased_id;
    DELETE FROM identity.counter_codes WHERE person_id = erased_id;
    DELETE FROM identity.passkey_challenges WHERE holder_kind = 'resident' AND holder_id = erased_id;
    DELETE FROM identity.passkeys WHERE holder_kind = 'resident' AND holder_id = erased_id;
    DELETE FROM identity.passkey_user_handles WHERE holder_kind = 'resident' AND holder_id = erased_id;
    RETURN true;
END $$;

GRANT SELECT ON identity.readings TO kashiman_pay, kashiman_staff;
GRANT INSERT ON identity.readings TO kashiman_staff;
GRANT INSERT (at, kind, outcome, actor_kind, actor_id, person_id, client_id, facts) ON identity.audit_events
    TO kashiman_app;
GRANT SELECT ON identity.audit_events TO kashiman_pay, kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT SELECT ON identity.audit_seals, identity.audit_unsealed TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT INSERT ON identity.audit_seals TO kashiman_worker;
GRANT DELETE ON identity.audit_unsealed TO kashiman_worker;
REVOKE ALL ON FUNCTION identity.await_seal, identity.purge_readings, identity.erase_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.purge_readings TO kashiman_worker;
GRANT EXECUTE ON FUNCTION identity.erase_person TO kashiman_staff;
