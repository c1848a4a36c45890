-- The OpenID provider. Whatever lets somebody in is kept as a digest only: cookies, codes, handles and refresh tokens
-- cannot be read back. No foreign key leads from here to value; a person is named by the holder's id alone.

CREATE TABLE identity.clients (
    id text PRIMARY KEY,
    name_ja text NOT NULL,
    purpose_ja text NOT NULL,
    serves text NOT NULL,
    sector text NOT NULL,
    is_confidential boolean NOT NULL,
    redirect_uris text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL,
    backchannel_logout_uri text,
    grant_types text[] NOT NULL,
    scopes text[] NOT NULL,
    audience text NOT NULL,
    jwks jsonb,
    id_token_alg text NOT NULL,
    acr_min text NOT NULL,
    max_age_s integer,
    consent text NOT NULL,
    consent_version integer NOT NULL,
    access_lifetime_s integer NOT NULL,
    refresh_lifetime_s integer,
    registered_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT clients_id_is_plain CHECK (id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    CONSTRAINT clients_serve_one_kind CHECK (serves IN ('resident', 'shop', 'staff')),
    CONSTRAINT clients_confidential_ones_have_keys CHECK (is_confidential = (jwks IS NOT NULL)),
    CONSTRAINT clients_id_token_alg_is_known CHECK (id_token_alg IN ('RS256', 'ES256')),
    CONSTRAINT clients_consent_is_known CHECK (consent IN ('skip', 'once', 'always')),
    CONSTRAINT clients_access_is_short CHECK (access_lifetime_s BETWEEN 60 AND 600),
    CONSTRAINT clients_refresh_ends CHECK (refresh_lifetime_s BETWEEN 600 AND 366 * 86400)
);

CREATE TABLE identity.signing_keys (
    id text PRIMARY KEY,
    alg text NOT NULL,
    state text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_key_sealed bytea NOT NULL,
    published_at timestamptz NOT NULL,
    activated_at timestamptz,
    retired_at timestamptz,
    CONSTRAINT signing_keys_alg_is_known CHECK (alg IN ('RS256', 'ES256')),
    CONSTRAINT signing_keys_state_is_known CHECK (state IN ('next', 'active', 'retired'))
);
CREATE UNIQUE INDEX signing_keys_one_active_per_alg ON identity.signing_keys (alg) WHERE state = 'active';
CREATE UNIQUE INDEX signing_keys_one_next_per_alg ON identity.signing_keys (alg) WHERE state = 'next';

CREATE TABLE identity.sessions (
    id uuid PRIMARY KEY,
    cookie_digest bytea NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    browser text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by text,
    CONSTRAINT sessions_cookie_belongs_to_one UNIQUE (cookie_digest),
    CONSTRAINT sessions_holder_kind_is_known CHECK (holder_kind IN ('resident', 'shop', 'staff')),
    CONSTRAINT sessions_digest_is_sha256 CHECK (octet_length(cookie_digest) = 32),
    CONSTRAINT sessions_end_has_its_reason CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX sessions_holder ON identity.sessions (holder_kind, holder_id) WHERE ended_at IS NULL;

-- How strong a sign-in was belongs to the moment of it, never to the session as a whole.
CREATE TABLE identity.authentications (
    session_id uuid NOT NULL,
    acr text NOT NULL,
    amr text[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (session_id, at, acr),
    CONSTRAINT authentications_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions
);

CREATE TABLE identity.session_clients (
    session_id uuid NOT NULL,
    client_id text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (session_id, client_id),
    CONSTRAINT session_clients_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions,
    CONSTRAINT session_clients_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients
);

CREATE TABLE identity.authorization_requests (
    handle_digest bytea PRIMARY KEY,
    client_id text NOT NULL,
    is_pushed boolean NOT NULL,
    request jsonb NOT NULL,
    browser_digest bytea,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT authorization_requests_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients
) WITH (fillfactor = 80);
CREATE INDEX authorization_requests_expiry ON identity.authorization_requests (expires_at);

CREATE TABLE identity.grants (
    id uuid PRIMARY KEY,
    client_id text NOT NULL,
    session_id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    scopes text[] NOT NULL,
    acr text NOT NULL,
    amr text[] NOT NULL,
    auth_time timestamptz NOT NULL,
    nonce text,
    granted_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_because text,
    CONSTRAINT grants_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients,
    CONSTRAINT grants_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions,
    CONSTRAINT grants_revocation_has_its_reason CHECK ((revoked_at IS NULL) = (revoked_because IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX grants_session ON identity.grants (session_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_holder ON identity.grants (holder_kind, holder_id) WHERE revoked_at IS NULL;

CREATE TABLE identity.authorization_codes (
    code_digest bytea PRIMARY KEY,
    grant_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    code_challenge text NOT NULL,
    dpop_thumbprint text,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT authorization_codes_grant_exists FOREIGN KEY (grant_id) REFERENCES identity.grants
) WITH (fillfactor = 80);

CREATE TABLE identity.refresh_tokens (
    token_digest bytea PRIMARY KEY,
    grant_id uuid NOT NULL,
    sequence integer NOT NULL,
    dpop_thumbprint text,
    issued_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT refresh_tokens_follow_each_other UNIQUE (grant_id, sequence),
    CONSTRAINT refresh_tokens_grant_exists FOREIGN KEY (grant_id) REFERENCES identity.grants
) WITH (fillfactor = 80);

CREATE TABLE identity.revoked_tokens (
    token_id text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE TABLE identity.used_proofs (
    kind text NOT NULL,
    digest bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (kind, digest),
    CONSTRAINT used_proofs_kind_is_known CHECK (kind IN ('dpop', 'client_assertion', 'logout_token', 'liff_token'))
);
CREATE INDEX used_proofs_expiry ON identity.used_proofs (expires_at);

CREATE TABLE identity.consents (
    id uuid PRIMARY KEY,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    client_id text NOT NULL,
    scopes text[] NOT NULL,
    text_version integer NOT NULL,
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT consents_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients
);
CREATE INDEX consents_holder ON identity.consents (holder_kind, holder_id, client_id) WHERE withdrawn_at IS NULL;

CREATE TABLE identity.pairwise_subjects (
    sector text NOT NULL,
    holder_id uuid NOT NULL,
    subject text NOT NULL,
    PRIMARY KEY (sector, holder_id),
    CONSTRAINT pairwise_subjects_belong_to_one UNIQUE (subject)
);

CREATE TABLE identity.device_requests (
    device_digest bytea PRIMARY KEY,
    user_code_digest bytea NOT NULL,
    client_id text NOT NULL,
    scopes text[] NOT NULL,
    application text NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    polled_at timestamptz,
    interval_s integer NOT NULL,
    grant_id uuid,
    decided_at timestamptz,
    used_at timestamptz,
    CONSTRAINT device_requests_user_code_belongs_to_one UNIQUE (user_code_digest),
    CONSTRAINT device_requests_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients,
    CONSTRAINT device_requests_grant_exists FOREIGN KEY (grant_id) REFERENCES identity.grants
) WITH (fillfactor = 80);

CREATE TABLE identity.logout_deliveries (
    id uuid PRIMARY KEY,
    client_id text NOT NULL,
    session_id uuid NOT NULL,
    subject text NOT NULL,
    ended_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    delivered_at timestamptz,
    given_up_at timestamptz,
    CONSTRAINT logout_deliveries_once UNIQUE (client_id, session_id),
    CONSTRAINT logout_deliveries_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients
) WITH (fillfactor = 80);
CREATE INDEX logout_deliveries_due ON identity.logout_deliveries (next_at)
    WHERE delivered_at IS NULL AND given_up_at IS NULL;

-- What a face of our own remembers of a browser that signed in through the provider.
CREATE TABLE identity.face_sessions (
    cookie_digest bytea PRIMARY KEY,
    client_id text NOT NULL,
    session_id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    acr text NOT NULL,
    auth_time timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    idle_s integer NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT face_sessions_client_exists FOREIGN KEY (client_id) REFERENCES identity.clients,
    CONSTRAINT face_sessions_session_exists FOREIGN KEY (session_id) REFERENCES identity.sessions
) WITH (fillfactor = 80);
CREATE INDEX face_sessions_session ON identity.face_sessions (session_id) WHERE ended_at IS NULL;

CREATE TRIGGER authentications_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.authentications
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER consents_stay BEFORE DELETE OR TRUNCATE ON identity.consents
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER consents_terms_stay BEFORE UPDATE OF id, holder_kind, holder_id, client_id, scopes, text_version, given_at
    ON identity.consents FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER pairwise_subjects_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.pairwise_subjects
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON identity.clients, identity.sessions, identity.authentications, identity.session_clients,
    identity.grants, identity.consents, identity.pairwise_subjects, identity.face_sessions TO kashiman_app;

-- The provider's own pages and endpoints act as the residents' role.
GRANT SELECT (id, alg, state, public_jwk, private_key_sealed, published_at, activated_at, retired_at)
    ON identity.signing_keys TO kashiman_pay, kashiman_worker;
GRANT SELECT, INSERT ON identity.authorization_requests, identity.authorization_codes, identity.refresh_tokens,
    identity.revoked_tokens, identity.used_proofs, identity.device_requests, identity.logout_deliveries TO kashiman_pay;
GRANT INSERT ON identity.sessions, identity.authentications, identity.session_clients, identity.grants,
    identity.consents, identity.pairwise_subjects, identity.face_sessions TO kashiman_pay;
GRANT UPDATE (cookie_digest, seen_at, expires_at, ended_at, ended_by) ON identity.sessions TO kashiman_pay;
GRANT UPDATE (browser_digest, used_at) ON identity.authorization_requests TO kashiman_pay;
GRANT UPDATE (revoked_at, revoked_because) ON identity.grants TO kashiman_pay, kashiman_staff;
GRANT UPDATE (used_at) ON identity.authorization_codes, identity.refresh_tokens TO kashiman_pay;
GRANT UPDATE (withdrawn_at) ON identity.consents TO kashiman_pay, kashiman_staff;
GRANT UPDATE (polled_at, interval_s, grant_id, decided_at, used_at) ON identity.device_requests TO kashiman_pay;
GRANT UPDATE (seen_at, ended_at) ON identity.face_sessions TO kashiman_app;
GRANT UPDATE (ended_at, ended_by) ON identity.sessions TO kashiman_staff;
GRANT INSERT ON identity.face_sessions, identity.logout_deliveries TO kashiman_staff;

-- Keys and clients are the installation's to set: the command line acts as the owner's deputy, the staff role.
GRANT SELECT, INSERT, UPDATE ON identity.clients, identity.signing_keys TO kashiman_staff;
GRANT DELETE ON identity.signing_keys TO kashiman_staff;

-- The worker tells clients that a session has ended and sweeps out what is over.
GRANT SELECT, UPDATE (attempts, next_at, delivered_at, given_up_at) ON identity.logout_deliveries TO kashiman_worker;
GRANT SELECT (expires_at), DELETE ON identity.authorization_requests, identity.revoked_tokens, identity.used_proofs
    TO kashiman_worker;

-- While somebody is away at LINE or the agency: what must be remembered until they come back, once.
CREATE TABLE identity.provider_sign_ins (
    state_digest bytea PRIMARY KEY,
    browser_digest bytea NOT NULL,
    record jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX provider_sign_ins_expiry ON identity.provider_sign_ins (expires_at);
GRANT SELECT, INSERT ON identity.provider_sign_ins TO kashiman_pay;
GRANT UPDATE (used_at) ON identity.provider_sign_ins TO kashiman_pay;
GRANT SELECT (expires_at), DELETE ON identity.provider_sign_ins TO kashiman_worker;
