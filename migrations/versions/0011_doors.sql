-- The doors of identity: passkeys, links to providers, the counter, and tills bound to a device. Secrets are kept as
-- digests, addresses as keyed digests of their prefix. A person keeps their doors' history until they are forgotten.

CREATE TABLE identity.passkey_user_handles (
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    user_handle bytea NOT NULL,
    PRIMARY KEY (holder_kind, holder_id),
    CONSTRAINT passkey_user_handles_belong_to_one UNIQUE (user_handle),
    CONSTRAINT passkey_user_handles_holder_kind_is_known CHECK (holder_kind IN ('resident', 'shop', 'staff')),
    CONSTRAINT passkey_user_handles_are_64_bytes CHECK (octet_length(user_handle) = 64)
);

CREATE TABLE identity.passkeys (
    credential_id bytea PRIMARY KEY,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    aaguid uuid NOT NULL,
    transports text[] NOT NULL,
    device_type text NOT NULL,
    backed_up boolean NOT NULL,
    label text NOT NULL,
    needs_confirmation boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    sign_count_fell_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT passkeys_belong_to_one_holder UNIQUE (credential_id, holder_id),
    CONSTRAINT passkeys_holder_has_a_handle FOREIGN KEY (holder_kind, holder_id)
        REFERENCES identity.passkey_user_handles,
    CONSTRAINT passkeys_credential_id_has_a_length CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    CONSTRAINT passkeys_sign_count_is_32_bits CHECK (sign_count BETWEEN 0 AND 4294967295),
    CONSTRAINT passkeys_device_type_is_known CHECK (device_type IN ('single_device', 'multi_device')),
    CONSTRAINT passkeys_label_is_short CHECK (char_length(label) BETWEEN 1 AND 40)
);
CREATE INDEX passkeys_holder ON identity.passkeys (holder_kind, holder_id);

CREATE TABLE identity.passkey_confirmations (
    credential_id bytea PRIMARY KEY,
    staff_id uuid NOT NULL,
    confirmed_by uuid NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT passkey_confirmations_passkey_exists FOREIGN KEY (credential_id, staff_id)
        REFERENCES identity.passkeys (credential_id, holder_id),
    CONSTRAINT passkey_confirmations_confirmer_exists FOREIGN KEY (confirmed_by) REFERENCES identity.staff,
    CONSTRAINT passkey_confirmations_need_a_second_person CHECK (confirmed_by <> staff_id)
);

CREATE TABLE identity.passkey_challenges (
    challenge bytea PRIMARY KEY,
    browser_session bytea NOT NULL,
    purpose text NOT NULL,
    holder_kind text,
    holder_id uuid,
    signed_in_by text,
    expires_at timestamptz NOT NULL,
    CONSTRAINT passkey_challenges_session_is_sha256 CHECK (octet_length(browser_session) = 32),
    CONSTRAINT passkey_challenges_purpose_is_known CHECK (purpose IN ('register', 'sign_in')),
    CONSTRAINT passkey_challenges_register_for_a_holder CHECK (
        num_nonnulls(holder_kind, holder_id, signed_in_by) = CASE purpose WHEN 'register' THEN 3 ELSE 0 END
    )
);
CREATE INDEX passkey_challenges_session ON identity.passkey_challenges (browser_session);
CREATE INDEX passkey_challenges_expiry ON identity.passkey_challenges (expires_at);

CREATE TABLE identity.links (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    provider_client text NOT NULL,
    provider_subject text NOT NULL,
    person_id uuid NOT NULL,
    acr text NOT NULL,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT links_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT links_provider_is_known CHECK (provider IN ('line', 'das')),
    CONSTRAINT links_subject_is_short CHECK (char_length(provider_subject) BETWEEN 1 AND 255)
);
CREATE UNIQUE INDEX links_one_live_per_subject ON identity.links (provider, provider_client, provider_subject)
    WHERE ended_at IS NULL;
CREATE UNIQUE INDEX links_one_live_per_person ON identity.links (person_id, provider, provider_client)
    WHERE ended_at IS NULL;

CREATE TABLE identity.counter_confirmations (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    clerk_id uuid NOT NULL,
    document_kind text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT counter_confirmations_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT counter_confirmations_clerk_exists FOREIGN KEY (clerk_id) REFERENCES identity.staff,
    CONSTRAINT counter_confirmations_document_kind_is_known CHECK (
        document_kind IN (
            'my_number_card', 'driving_licence', 'passport', 'residence_card', 'disability_handbook', 'two_documents'
        )
    )
);
CREATE INDEX counter_confirmations_person ON identity.counter_confirmations (person_id, confirmed_at);

CREATE TABLE identity.counter_codes (
    selector text PRIMARY KEY,
    secret_digest bytea NOT NULL,
    person_id uuid NOT NULL,
    confirmation_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    CONSTRAINT counter_codes_one_per_person UNIQUE (person_id),
    CONSTRAINT counter_codes_person_exists FOREIGN KEY (person_id) REFERENCES identity.people,
    CONSTRAINT counter_codes_confirmation_exists FOREIGN KEY (confirmation_id)
        REFERENCES identity.counter_confirmations,
    CONSTRAINT counter_codes_selector_is_three_digits CHECK (selector ~ '^[0-9]{3}$'),
    CONSTRAINT counter_codes_digest_is_sha256 CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT counter_codes_failures_are_counted_up CHECK (failures >= 0)
);

CREATE TABLE identity.sign_in_misses (
    id uuid PRIMARY KEY,
    address_digest bytea NOT NULL,
    missed_at timestamptz NOT NULL,
    CONSTRAINT sign_in_misses_digest_is_sha256 CHECK (octet_length(address_digest) = 32)
);
CREATE INDEX sign_in_misses_address ON identity.sign_in_misses (address_digest, missed_at);
CREATE INDEX sign_in_misses_age ON identity.sign_in_misses (missed_at);

CREATE TABLE identity.till_devices (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    store_id uuid NOT NULL,
    label text NOT NULL,
    secret_digest bytea NOT NULL,
    bound_by uuid NOT NULL,
    bound_at timestamptz NOT NULL,
    ended_by uuid,
    ended_at timestamptz,
    CONSTRAINT till_devices_secret_is_one_devices UNIQUE (secret_digest),
    CONSTRAINT till_devices_binder_exists FOREIGN KEY (bound_by) REFERENCES identity.shop_users,
    CONSTRAINT till_devices_ender_exists FOREIGN KEY (ended_by) REFERENCES identity.shop_users,
    CONSTRAINT till_devices_end_once_by_someone CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT till_devices_digest_is_sha256 CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT till_devices_label_is_short CHECK (char_length(label) BETWEEN 1 AND 40)
);
CREATE INDEX till_devices_merchant ON identity.till_devices (merchant_id);

-- Who confirmed whom is history. A door keeps its holder and its key: another one is added anew.
CREATE TRIGGER counter_confirmations_are_history BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.counter_confirmations
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER passkey_confirmations_are_history BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.passkey_confirmations
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER passkey_user_handles_stay BEFORE UPDATE ON identity.passkey_user_handles
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER passkeys_terms_stay BEFORE UPDATE OF credential_id, holder_kind, holder_id, public_key, aaguid,
    transports, device_type, needs_confirmation, created_at
    ON identity.passkeys FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER links_terms_stay BEFORE UPDATE OF id, provider, provider_client, provider_subject, person_id, linked_at
    ON identity.links FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER till_devices_terms_stay BEFORE UPDATE OF id, merchant_id, store_id, secret_digest, bound_by, bound_at
    ON identity.till_devices FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER till_devices_stay BEFORE DELETE OR TRUNCATE ON identity.till_devices
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT ON identity.passkey_user_handles, identity.passkeys, identity.passkey_confirmations,
    identity.passkey_challenges, identity.links, identity.counter_confirmations, identity.counter_codes,
    identity.sign_in_misses, identity.till_devices TO kashiman_pay, kashiman_staff, kashiman_worker;
GRANT INSERT ON identity.passkey_user_handles, identity.passkey_challenges, identity.sign_in_misses
    TO kashiman_pay, kashiman_staff;
GRANT INSERT (credential_id, holder_kind, holder_id, public_key, sign_count, aaguid, transports, device_type,
    backed_up, label, needs_confirmation, created_at) ON identity.passkeys TO kashiman_pay, kashiman_staff;
GRANT UPDATE (sign_count, backed_up, label, last_used_at, sign_count_fell_at, revoked_at) ON identity.passkeys
    TO kashiman_pay, kashiman_staff;
GRANT DELETE ON identity.passkey_challenges TO kashiman_pay, kashiman_staff, kashiman_worker;

-- A second person confirms, and a clerk looks at a document, in the staff console and nowhere else.
GRANT INSERT ON identity.passkey_confirmations, identity.counter_confirmations TO kashiman_staff;
GRANT INSERT (selector, secret_digest, person_id, confirmation_id, expires_at) ON identity.counter_codes
    TO kashiman_staff;
GRANT UPDATE (failures) ON identity.counter_codes TO kashiman_pay;
GRANT DELETE ON identity.counter_codes TO kashiman_pay, kashiman_staff, kashiman_worker;

GRANT INSERT (id, provider, provider_client, provider_subject, person_id, acr, linked_at, last_used_at)
    ON identity.links TO kashiman_pay;
GRANT UPDATE (acr, last_used_at, ended_at) ON identity.links TO kashiman_pay;
GRANT INSERT (id, merchant_id, store_id, label, secret_digest, bound_by, bound_at) ON identity.till_devices
    TO kashiman_pay;
GRANT UPDATE (ended_by, ended_at) ON identity.till_devices TO kashiman_pay;

-- Old misses are forgotten by a job.
GRANT DELETE ON identity.sign_in_misses TO kashiman_worker;

-- The auditor sees what clerks and administrators confirmed, but not for whom at the counter.
GRANT SELECT ON identity.passkey_confirmations TO kashiman_auditor;
GRANT SELECT (id, clerk_id, document_kind, confirmed_at) ON identity.counter_confirmations TO kashiman_auditor;
