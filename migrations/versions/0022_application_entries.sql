-- Applications that clerks enter: who typed them in, from which paper form, and why they replace another.

-- A paper form belongs to one person: typed in a second time for somebody else, it is a mistake.
CREATE TABLE issuance.paper_forms (
    round_id uuid NOT NULL,
    form_number text NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT paper_forms_one_of_each PRIMARY KEY (round_id, form_number),
    CONSTRAINT paper_forms_have_one_person UNIQUE (round_id, form_number, person_id),
    CONSTRAINT paper_forms_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT paper_forms_number_is_well_formed CHECK (form_number ~ '^[0-9A-Z][0-9A-Z-]{0,19}$')
);

CREATE TABLE issuance.application_entries (
    round_id uuid NOT NULL,
    person_id uuid NOT NULL,
    version integer NOT NULL,
    clerk_id uuid NOT NULL,
    form_number text,
    received_on date,
    reason text,
    CONSTRAINT application_entries_one_per_version PRIMARY KEY (round_id, person_id, version),
    CONSTRAINT application_entries_version_exists FOREIGN KEY (round_id, person_id, version)
        REFERENCES issuance.applications (round_id, person_id, version),
    CONSTRAINT application_entries_form_is_the_persons FOREIGN KEY (round_id, form_number, person_id)
        REFERENCES issuance.paper_forms (round_id, form_number, person_id),
    CONSTRAINT application_entries_forms_have_a_day CHECK ((form_number IS NULL) = (received_on IS NULL)),
    CONSTRAINT application_entries_reason_says_something CHECK (reason <> '')
);
CREATE INDEX application_entries_form ON issuance.application_entries (round_id, form_number)
    WHERE form_number IS NOT NULL;

-- What people and their households hold of campaigns, for whoever only looks; `lock_units_held` is for who decides.
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

CREATE OR REPLACE FUNCTION issuance.lock_units_held(campaign_ids uuid[], person_ids uuid[], household_ids uuid[])
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

CREATE TRIGGER paper_forms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.paper_forms
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER application_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.application_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON issuance.paper_forms, issuance.application_entries TO kashiman_app, kashiman_auditor;
GRANT INSERT ON issuance.paper_forms, issuance.application_entries TO kashiman_staff;
REVOKE ALL ON FUNCTION issuance.units_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.units_held TO kashiman_app;
