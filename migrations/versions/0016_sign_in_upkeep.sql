-- What is purged of sign-ins that are over, and what LINE says of who follows the city's account.

-- Codes and tokens go with their grant, proofs and applications with their sign-in, and none of them in any other way:
-- a cascade deletes from within a trigger, and whoever asks for it directly is refused.
ALTER TABLE identity.authorization_codes
    DROP CONSTRAINT authorization_codes_grant_exists,
    ADD CONSTRAINT authorization_codes_grant_exists FOREIGN KEY (grant_id) REFERENCES identity.grants
        ON DELETE CASCADE;
ALTER TABLE identity.refresh_tokens
    DROP CONSTRAINT refresh_tokens_grant_exists,
    ADD CONSTRAINT refresh_tokens_grant_exists FOREIGN KEY (grant_id) REFERENCES identity.grants ON DELETE CASCADE;
ALTER TABLE identity.authentications
    DROP CONSTRAINT authentications_session_exists,
    ADD CONSTRAINT authentications_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions
        ON DELETE CASCADE;
ALTER TABLE identity.session_clients
    DROP CONSTRAINT session_clients_session_exists,
    ADD CONSTRAINT session_clients_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions
        ON DELETE CASCADE;
DROP TRIGGER authentications_stay ON identity.authentications;
CREATE TRIGGER authentications_stay BEFORE UPDATE OR TRUNCATE ON identity.authentications
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER authentications_go_with_their_session BEFORE DELETE ON identity.authentications
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger.refuse_change();

-- What a sign-in or a grant takes along is found without reading whole tables.
DROP INDEX identity.grants_session;
CREATE INDEX grants_session ON identity.grants (session_id);
DROP INDEX identity.face_sessions_session;
CREATE INDEX face_sessions_session ON identity.face_sessions (session_id);
CREATE INDEX authorization_codes_grant ON identity.authorization_codes (grant_id);
CREATE INDEX device_requests_grant ON identity.device_requests (grant_id);

GRANT DELETE ON identity.sessions, identity.grants, identity.face_sessions, identity.logout_deliveries
    TO kashiman_worker;
GRANT SELECT (device_digest, grant_id, expires_at), DELETE ON identity.device_requests TO kashiman_worker;

-- LINE's word on who can be written to, by LINE's own subject, and which of its notices came already. A notice is kept
-- without whom it is about and without what somebody wrote.
CREATE TABLE identity.line_friendships (
    provider_subject text PRIMARY KEY,
    is_friend boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT line_friendships_subject_is_of_line CHECK (provider_subject ~ '^U[0-9a-f]{32}$')
);
CREATE TABLE identity.line_events (
    event_id text PRIMARY KEY,
    kind text NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    is_redelivery boolean NOT NULL
);
CREATE INDEX line_events_age ON identity.line_events (received_at);
CREATE TRIGGER line_events_stay_as_they_came BEFORE UPDATE OR TRUNCATE ON identity.line_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON identity.line_friendships TO kashiman_pay, kashiman_staff, kashiman_worker;
GRANT INSERT, UPDATE (is_friend, changed_at) ON identity.line_friendships TO kashiman_pay;
GRANT SELECT (event_id), INSERT ON identity.line_events TO kashiman_pay;
GRANT SELECT (received_at), DELETE ON identity.line_events TO kashiman_worker;
