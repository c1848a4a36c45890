-- The resident roll: imports, and what is kept of them. Numbers of the roll are known by keyed digests only.

CREATE TABLE identity.roll_imports (
    id uuid PRIMARY KEY,
    number integer NOT NULL,
    base_date date NOT NULL,
    file_sha256 text NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    moved_out integer NOT NULL,
    died integer NOT NULL,
    returned integer NOT NULL,
    unchanged integer NOT NULL,
    passed_over integer NOT NULL,
    absent integer NOT NULL,
    CONSTRAINT roll_imports_number_once UNIQUE (number),
    CONSTRAINT roll_imports_file_once_a_day UNIQUE (base_date, file_sha256),
    CONSTRAINT roll_imports_clerk_exists FOREIGN KEY (imported_by) REFERENCES identity.staff,
    CONSTRAINT roll_imports_number_is_positive CHECK (number > 0),
    CONSTRAINT roll_imports_file_is_named_by_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT roll_imports_counts_are_counted_up CHECK (
        least(added, changed, moved_out, died, returned, unchanged, passed_over, absent) >= 0
    )
);

CREATE TABLE identity.roll_entries (
    person_id uuid PRIMARY KEY,
    roll_digest bytea NOT NULL,
    name_birth_digest bytea NOT NULL,
    address_digest bytea NOT NULL,
    resident_since date,
    moved_out_on date,
    died_on date,
    last_import_id uuid NOT NULL,
    CONSTRAINT roll_entries_number_belongs_to_one UNIQUE (roll_digest),
    CONSTRAINT roll_entries_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT roll_entries_import_exists FOREIGN KEY (last_import_id) REFERENCES identity.roll_imports,
    CONSTRAINT roll_entries_digests_are_sha256 CHECK (
        octet_length(roll_digest) = 32 AND octet_length(name_birth_digest) = 32 AND octet_length(address_digest) = 32
    )
) WITH (fillfactor = 50);
CREATE INDEX roll_entries_name_birth ON identity.roll_entries (name_birth_digest);

CREATE TABLE identity.residence_events (
    person_id uuid NOT NULL,
    import_number integer NOT NULL,
    kind text NOT NULL,
    effective_on date NOT NULL,
    CONSTRAINT residence_events_once_an_import PRIMARY KEY (person_id, import_number),
    CONSTRAINT residence_events_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT residence_events_import_exists FOREIGN KEY (import_number) REFERENCES identity.roll_imports (number),
    CONSTRAINT residence_events_kind_is_known CHECK (kind IN ('moved_out', 'died', 'returned'))
);

CREATE TRIGGER roll_imports_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.roll_imports
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER residence_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.residence_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER roll_entries_stay_with_their_person BEFORE UPDATE OF person_id, roll_digest ON identity.roll_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- No role may change what is registered of a person. An import that is on record may, for the people whom it names.
CREATE FUNCTION identity.correct_people_of_roll(
    by_import uuid, person_ids uuid[], household_ids uuid[], family_names text[], given_names text[],
    family_kanas text[], given_kanas text[], birth_dates date[], districts text[], addresses text[], postal_codes text[]
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE identity.people AS p
    SET household_id = c.household_id, family_name = c.family_name, given_name = c.given_name,
        family_kana = c.family_kana, given_kana = c.given_kana, birth_date = c.birth_date,
        district = c.district, address = c.address, postal_code = c.postal_code
    FROM unnest(person_ids, household_ids, family_names, given_names, family_kanas, given_kanas, birth_dates,
                districts, addresses, postal_codes)
        AS c (person_id, household_id, family_name, given_name, family_kana, given_kana, birth_date,
              district, address, postal_code)
    JOIN identity.roll_entries AS e ON e.person_id = c.person_id AND e.last_import_id = by_import
    WHERE p.id = c.person_id
$$;
REVOKE EXECUTE ON FUNCTION identity.correct_people_of_roll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.correct_people_of_roll TO kashiman_staff;

-- Faces ask whether somebody lives here; only the door for residents compares digests, and only imports use the roll's.
GRANT SELECT ON identity.residence_events TO kashiman_app;
GRANT SELECT (person_id, resident_since, moved_out_on, died_on) ON identity.roll_entries TO kashiman_app;
GRANT SELECT (name_birth_digest, address_digest) ON identity.roll_entries TO kashiman_pay;
GRANT SELECT ON identity.roll_imports TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT SELECT, INSERT ON identity.roll_entries TO kashiman_staff;
GRANT INSERT ON identity.roll_imports, identity.residence_events TO kashiman_staff;
GRANT UPDATE (name_birth_digest, address_digest, resident_since, moved_out_on, died_on, last_import_id)
    ON identity.roll_entries TO kashiman_staff;
