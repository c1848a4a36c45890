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

CREATE TRIGGER paper_forms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.paper_forms
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER application_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.application_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON issuance.paper_forms, issuance.application_entries TO kashiman_app, kashiman_auditor;
GRANT INSERT ON issuance.paper_forms, issuance.application_entries TO kashiman_staff;
