-- Personal data of residents, readable with a record only. Staff and jobs see which people there are: ids of people,
-- households and wallets name nobody. Whose they are comes out of the one function that puts the reading on record in
-- the same statement. The residents' own processes answer each person about themselves and read as before.

REVOKE SELECT ON identity.people, identity.shop_users FROM kashiman_app;
GRANT SELECT ON identity.people TO kashiman_pay;
GRANT SELECT (id, household_id, wallet_id, erased_at) ON identity.people TO kashiman_staff, kashiman_worker;
GRANT SELECT ON identity.shop_users TO kashiman_pay, kashiman_staff;
GRANT SELECT (id) ON identity.shop_users TO kashiman_worker;
REVOKE INSERT ON identity.readings FROM kashiman_staff;

-- Answers one row for each person who is there, and in it the fields that the record names and no other. Whoever is
-- erased at this moment is waited for, and is then neither recorded nor read.
CREATE FUNCTION identity.read_on_record(
    reading_ids uuid[], person_ids uuid[], by_staff uuid, moment timestamptz, at_desk text, on_screen text,
    because text, because_text text, fields text[], by_case text
) RETURNS TABLE (
    person_id uuid, reading_id uuid, family_name text, given_name text, family_kana text, given_kana text,
    birth_date date, address text, postal_code text, district text, household_id uuid, wallet_id uuid,
    has_smartphone boolean
)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH there AS MATERIALIZED (
        SELECT asked.reading_id, p.*
        FROM unnest(reading_ids, person_ids) AS asked (reading_id, person_id)
        JOIN identity.people AS p ON p.id = asked.person_id
        WHERE p.erased_at IS NULL
        FOR KEY SHARE OF p
    ), recorded AS (
        INSERT INTO identity.readings
            (id, person_id, staff_id, at, desk, screen, reason_code, reason_text, what, case_reference)
        SELECT there.reading_id, there.id, by_staff, moment, at_desk, on_screen, because, because_text, fields, by_case
        FROM there
        RETURNING id, what
    )
    SELECT t.id, r.id,
        CASE WHEN 'name' = ANY (r.what) THEN t.family_name END,
        CASE WHEN 'name' = ANY (r.what) THEN t.given_name END,
        CASE WHEN 'kana' = ANY (r.what) THEN t.family_kana END,
        CASE WHEN 'kana' = ANY (r.what) THEN t.given_kana END,
        CASE WHEN 'birth_date' = ANY (r.what) THEN t.birth_date END,
        CASE WHEN 'address' = ANY (r.what) THEN t.address END,
        CASE WHEN 'address' = ANY (r.what) THEN t.postal_code END,
        CASE WHEN 'district' = ANY (r.what) THEN t.district END,
        CASE WHEN 'household' = ANY (r.what) THEN t.household_id END,
        CASE WHEN 'wallet' = ANY (r.what) THEN t.wallet_id END,
        CASE WHEN 'smartphone' = ANY (r.what) THEN t.has_smartphone END
    FROM recorded AS r JOIN there AS t ON t.reading_id = r.id
$$;

-- A search tells who is meant and nothing of them.
CREATE FUNCTION identity.people_of_kana(born_on date, family text, given text, at_most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM identity.people
    WHERE birth_date = born_on AND translate(family_kana, ' 　・', '') = family
      AND (given IS NULL OR translate(given_kana, ' 　・', '') = given) AND erased_at IS NULL
    ORDER BY id LIMIT at_most
$$;

-- An import asks which people of its file are registered exactly as they stand there: it confirms what the file says
-- and tells nothing else.
CREATE FUNCTION identity.registered_as(
    roll_digests bytea[], household_ids uuid[], family_names text[], given_names text[], family_kanas text[],
    given_kanas text[], birth_dates date[], districts text[], addresses text[], postal_codes text[]
) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.roll_digest
    FROM unnest(roll_digests, household_ids, family_names, given_names, family_kanas, given_kanas, birth_dates,
                districts, addresses, postal_codes)
        AS told (roll_digest, household_id, family_name, given_name, family_kana, given_kana, birth_date,
                 district, address, postal_code)
    JOIN identity.roll_entries AS e ON e.roll_digest = told.roll_digest
    JOIN identity.people AS p ON p.id = e.person_id
    WHERE p.household_id = told.household_id AND p.family_name = told.family_name AND p.given_name = told.given_name
      AND p.family_kana = told.family_kana AND p.given_kana = told.given_kana AND p.birth_date = told.birth_date
      AND p.district = told.district AND p.address = told.address AND p.postal_code = told.postal_code
$$;

-- Who of these people lived here on a day. A departure lasts until what an import told next; it counts for nothing when
-- that was another day or kind of the same departure. Somebody who died after moving out was away in between.
CREATE FUNCTION identity.residents_on(person_ids uuid[], on_day date) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH told AS (
        SELECT person_id, kind, effective_on, lead(kind) OVER later AS next_kind,
               lead(effective_on) OVER later AS next_on
        FROM identity.residence_events WHERE person_id = ANY (person_ids)
        WINDOW later AS (PARTITION BY person_id ORDER BY import_number)
    ), away AS (
        SELECT person_id FROM told
        WHERE kind <> 'returned' AND effective_on <= on_day AND (next_on IS NULL OR on_day < next_on)
        AND coalesce(next_kind = 'returned' OR (kind = 'moved_out' AND next_kind = 'died'), true)
    )
    SELECT person_id FROM identity.roll_entries JOIN identity.people ON id = person_id
    WHERE person_id = ANY (person_ids) AND coalesce(resident_since, birth_date) <= on_day
    AND birth_date <= on_day AND person_id NOT IN (SELECT person_id FROM away)
$$;

REVOKE EXECUTE ON FUNCTION identity.read_on_record, identity.people_of_kana, identity.registered_as,
    identity.residents_on FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.read_on_record, identity.people_of_kana, identity.registered_as TO kashiman_staff;
GRANT EXECUTE ON FUNCTION identity.residents_on TO kashiman_pay, kashiman_staff, kashiman_worker;

-- An application that is told a person's data is on record too: once a day for the same fields, in the log of events.
CREATE UNIQUE INDEX audit_events_disclosed_once_a_day ON identity.audit_events (person_id, client_id, facts)
    WHERE kind = 'person.disclosed';
