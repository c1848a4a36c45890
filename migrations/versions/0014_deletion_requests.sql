-- A person is erased by two members of staff, each from their own sign-in: one asks, another confirms.

CREATE TABLE identity.deletion_requests (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    reason text NOT NULL,
    case_reference text NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    outcome text,
    CONSTRAINT deletion_requests_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT deletion_requests_clerk_exists FOREIGN KEY (requested_by) REFERENCES identity.staff,
    CONSTRAINT deletion_requests_second_exists FOREIGN KEY (decided_by) REFERENCES identity.staff,
    CONSTRAINT deletion_requests_reason_is_known CHECK (
        reason IN ('asked_by_person', 'moved_out', 'deceased', 'entered_in_error')
    ),
    CONSTRAINT deletion_requests_case_is_short CHECK (length(case_reference) BETWEEN 1 AND 64),
    CONSTRAINT deletion_requests_outcome_is_known CHECK (outcome IN ('confirmed', 'withdrawn')),
    CONSTRAINT deletion_requests_are_decided_or_wait CHECK (num_nulls(decided_by, decided_at, outcome) IN (0, 3)),
    CONSTRAINT deletion_requests_need_a_second_person CHECK (outcome <> 'confirmed' OR decided_by <> requested_by)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX deletion_requests_one_waits_per_person ON identity.deletion_requests (person_id)
    WHERE outcome IS NULL;

CREATE TRIGGER deletion_requests_stay BEFORE DELETE OR TRUNCATE ON identity.deletion_requests
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER deletion_requests_terms_stay
    BEFORE UPDATE OF id, person_id, requested_by, reason, case_reference, requested_at ON identity.deletion_requests
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER deletion_requests_are_decided_once BEFORE UPDATE ON identity.deletion_requests
    FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT, INSERT (id, person_id, requested_by, reason, case_reference, requested_at) ON identity.deletion_requests
    TO kashiman_staff;
GRANT UPDATE (decided_by, decided_at, outcome) ON identity.deletion_requests TO kashiman_staff;
GRANT SELECT ON identity.deletion_requests TO kashiman_auditor;

-- Whoever ends a sign-in notes once which applications must be told: `ON CONFLICT` reads what it compares.
GRANT SELECT (client_id, session_id) ON identity.logout_deliveries TO kashiman_staff;
