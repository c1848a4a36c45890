-- Shops as the city knows them: the legal payee, its places, its posters, and the wallets it may not be paid from.

CREATE SCHEMA merchants;

CREATE SEQUENCE merchants.merchant_numbers;
CREATE SEQUENCE merchants.store_numbers;

CREATE TABLE merchants.merchants (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    legal_name text NOT NULL,
    legal_kana text NOT NULL,
    trade text NOT NULL,
    size text NOT NULL,
    status text NOT NULL DEFAULT 'applied',
    applied_at timestamptz NOT NULL,
    bank_code text NOT NULL,
    branch_code text NOT NULL,
    bank_name text NOT NULL,
    branch_name text NOT NULL,
    account_kind text NOT NULL,
    account_number text NOT NULL,
    holder_kana text NOT NULL,
    CONSTRAINT merchants_code_is_unique UNIQUE (code),
    CONSTRAINT merchants_size_is_known CHECK (size IN ('small', 'large')),
    CONSTRAINT merchants_status_is_known CHECK (status IN ('applied', 'approved', 'suspended')),
    CONSTRAINT merchants_account_is_written_in_digits CHECK (
        bank_code ~ '^[0-9]{4}$' AND branch_code ~ '^[0-9]{3}$' AND account_number ~ '^[0-9]{7}$'
    ),
    CONSTRAINT merchants_account_kind_is_known CHECK (account_kind IN ('1', '2', '4', '9'))
);

CREATE TABLE merchants.status_changes (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT status_changes_merchant_exists FOREIGN KEY (merchant_id) REFERENCES merchants.merchants,
    CONSTRAINT status_changes_are_legal CHECK (
        (from_status, to_status) IN (('applied', 'approved'), ('approved', 'suspended'), ('suspended', 'approved'))
    )
);
CREATE INDEX status_changes_merchant ON merchants.status_changes (merchant_id);

CREATE TABLE merchants.stores (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    code text NOT NULL,
    display_name text NOT NULL,
    name_latin text NOT NULL,
    district text NOT NULL,
    postal_code text NOT NULL,
    CONSTRAINT stores_merchant_exists FOREIGN KEY (merchant_id) REFERENCES merchants.merchants,
    CONSTRAINT stores_code_is_unique UNIQUE (code),
    CONSTRAINT stores_postal_code_is_written_with_hyphen CHECK (postal_code ~ '^[0-9]{3}-[0-9]{4}$')
);
CREATE INDEX stores_merchant ON merchants.stores (merchant_id);

CREATE TABLE merchants.posters (
    serial text PRIMARY KEY,
    store_id uuid NOT NULL,
    key_id text NOT NULL,
    printed_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT posters_store_exists FOREIGN KEY (store_id) REFERENCES merchants.stores
);
CREATE INDEX posters_store ON merchants.posters (store_id);

CREATE TABLE merchants.own_wallets (
    merchant_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    declared_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, wallet_id),
    CONSTRAINT own_wallets_merchant_exists FOREIGN KEY (merchant_id) REFERENCES merchants.merchants
);

-- A status moves with its history and with nothing else.
CREATE FUNCTION merchants.apply_status_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE merchants.merchants AS m SET status = added.to_status
    FROM added WHERE m.id = added.merchant_id AND m.status = added.from_status;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> (SELECT count(*) FROM added) THEN
        RAISE EXCEPTION 'a merchant does not have the status that it is said to leave'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'status_changes_follow_each_other';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER status_changes_are_applied AFTER INSERT ON merchants.status_changes
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION merchants.apply_status_changes();

CREATE FUNCTION merchants.lock_merchants(merchant_ids uuid[]) RETURNS TABLE (id uuid, status text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.id, m.status FROM merchants.merchants AS m WHERE m.id = ANY (merchant_ids)
    ORDER BY m.id FOR NO KEY UPDATE;
$$;

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['status_changes', 'own_wallets'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON merchants.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['merchants', 'stores', 'posters'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON merchants.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;
CREATE TRIGGER posters_terms_stay BEFORE UPDATE OF serial, store_id, key_id, printed_at ON merchants.posters
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Bank accounts are read where shops are looked after and paid, not where residents pay or apply.
GRANT USAGE ON SCHEMA merchants TO kashiman_app, kashiman_auditor;
GRANT SELECT (id, code, legal_name, legal_kana, trade, size, status, applied_at) ON merchants.merchants TO kashiman_app;
GRANT SELECT ON merchants.merchants TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT SELECT ON merchants.status_changes, merchants.stores, merchants.posters, merchants.own_wallets
    TO kashiman_app, kashiman_auditor;
GRANT USAGE ON SEQUENCE merchants.merchant_numbers, merchants.store_numbers TO kashiman_staff;
GRANT INSERT (id, code, legal_name, legal_kana, trade, size, applied_at, bank_code, branch_code, bank_name, branch_name,
    account_kind, account_number, holder_kana) ON merchants.merchants TO kashiman_staff;
GRANT INSERT ON merchants.stores, merchants.status_changes, merchants.own_wallets TO kashiman_staff;
GRANT INSERT (serial, store_id, key_id, printed_at) ON merchants.posters TO kashiman_staff;
GRANT UPDATE (revoked_at) ON merchants.posters TO kashiman_staff;
REVOKE ALL ON FUNCTION merchants.lock_merchants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchants.lock_merchants TO kashiman_staff;
