-- Who people, shop users and staff are. A wallet id is the only thing that the books share with a person, and only
-- this schema says whose it is. No foreign key points at the books or at merchants.

CREATE SCHEMA identity;

CREATE TABLE identity.households (
    id uuid PRIMARY KEY
);

CREATE TABLE identity.people (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    family_name text NOT NULL,
    given_name text NOT NULL,
    family_kana text NOT NULL,
    given_kana text NOT NULL,
    birth_date date NOT NULL,
    district text NOT NULL,
    address text NOT NULL,
    postal_code text NOT NULL,
    has_smartphone boolean NOT NULL,
    CONSTRAINT people_household_exists FOREIGN KEY (household_id) REFERENCES identity.households,
    CONSTRAINT people_wallet_belongs_to_one UNIQUE (wallet_id),
    CONSTRAINT people_postal_code_is_written_with_hyphen CHECK (postal_code ~ '^[0-9]{3}-[0-9]{4}$')
);
CREATE INDEX people_household ON identity.people (household_id);

CREATE TABLE identity.staff (
    id uuid PRIMARY KEY,
    display_name text NOT NULL,
    roles text[] NOT NULL,
    CONSTRAINT staff_roles_are_known CHECK (
        cardinality(roles) > 0 AND roles <@ ARRAY['commerce', 'finance', 'help', 'audit', 'admin']
    )
);

CREATE TABLE identity.shop_users (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    store_id uuid,
    display_name text NOT NULL,
    role text NOT NULL,
    person_id uuid,
    CONSTRAINT shop_users_role_is_known CHECK (role IN ('owner', 'cashier')),
    CONSTRAINT shop_users_person_exists FOREIGN KEY (person_id) REFERENCES identity.people
);
CREATE INDEX shop_users_merchant ON identity.shop_users (merchant_id);

CREATE TABLE identity.sign_in_codes (
    selector text PRIMARY KEY,
    secret_digest bytea NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    CONSTRAINT sign_in_codes_holder_kind_is_known CHECK (holder_kind IN ('resident', 'shop', 'staff')),
    CONSTRAINT sign_in_codes_digest_is_sha256 CHECK (octet_length(secret_digest) = 32),
    CONSTRAINT sign_in_codes_failures_are_counted_up CHECK (failures >= 0)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX sign_in_codes_one_live_per_holder ON identity.sign_in_codes (holder_kind, holder_id)
    WHERE revoked_at IS NULL;

-- A person keeps the wallet, and a code keeps its holder and its secret: what changes is issued anew.
CREATE TRIGGER people_stay BEFORE DELETE OR TRUNCATE ON identity.people
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER people_wallet_stays BEFORE UPDATE OF id, wallet_id ON identity.people
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER sign_in_codes_stay BEFORE DELETE OR TRUNCATE ON identity.sign_in_codes
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER sign_in_codes_terms_stay BEFORE UPDATE OF selector, secret_digest, holder_kind, holder_id, issued_at
    ON identity.sign_in_codes FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The auditor of the books sees which staff exist, but no resident and no secret.
GRANT USAGE ON SCHEMA identity TO kashiman_app, kashiman_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA identity TO kashiman_app;
GRANT SELECT ON identity.staff TO kashiman_auditor;
GRANT INSERT ON identity.households, identity.people, identity.shop_users, identity.staff TO kashiman_staff;
GRANT INSERT ON identity.households, identity.people TO kashiman_worker;
GRANT INSERT (selector, secret_digest, holder_kind, holder_id, issued_at) ON identity.sign_in_codes
    TO kashiman_staff, kashiman_worker;
GRANT UPDATE (revoked_at) ON identity.sign_in_codes TO kashiman_staff, kashiman_worker;
GRANT UPDATE (failures, locked_until) ON identity.sign_in_codes TO kashiman_app;
