-- Shops apply to join, and say later where they want to be paid. Both are history, decided by people.

-- Every account that a merchant ever named. What it stands for is moved by its events and by nothing else.
CREATE TABLE merchants.bank_accounts (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL,
    number integer NOT NULL,
    bank_code text NOT NULL,
    branch_code text NOT NULL,
    bank_name text NOT NULL,
    branch_name text NOT NULL,
    account_kind text NOT NULL,
    account_number text NOT NULL,
    holder_kana text NOT NULL,
    state text NOT NULL DEFAULT 'proposed',
    valid_from timestamptz,
    CONSTRAINT bank_accounts_merchant_exists FOREIGN KEY (merchant_id) REFERENCES merchants.merchants,
    CONSTRAINT bank_accounts_number_once UNIQUE (merchant_id, number),
    CONSTRAINT bank_accounts_number_is_positive CHECK (number > 0),
    CONSTRAINT bank_accounts_are_written_in_digits CHECK (
        bank_code ~ '^[0-9]{4}$' AND branch_code ~ '^[0-9]{3}$' AND account_number ~ '^[0-9]{7}$'
    ),
    CONSTRAINT bank_accounts_kind_is_known CHECK (account_kind IN ('1', '2', '4', '9')),
    -- 全銀協規定フォーマット, 付録1: what the file of a transfer can carry as the name of who is paid.
    CONSTRAINT bank_accounts_changed_fit_a_bank_file CHECK (
        number = 1 OR holder_kana ~ '^(?! )[ｱ-ﾟA-Z0-9().\- ]{1,30}(?<! )$'
    ),
    CONSTRAINT bank_accounts_state_is_known CHECK (state IN ('proposed', 'accepted', 'refused', 'stopped')),
    CONSTRAINT bank_accounts_accepted_begin_once CHECK (state <> 'accepted' OR valid_from IS NOT NULL)
);
CREATE UNIQUE INDEX bank_accounts_one_is_proposed ON merchants.bank_accounts (merchant_id) WHERE state = 'proposed';

CREATE TABLE merchants.bank_account_events (
    account_id uuid NOT NULL,
    step text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    by_kind text NOT NULL,
    by uuid,
    reason text NOT NULL DEFAULT '',
    valid_from timestamptz,
    CONSTRAINT bank_account_events_once PRIMARY KEY (account_id, step),
    CONSTRAINT bank_account_events_account_exists FOREIGN KEY (account_id) REFERENCES merchants.bank_accounts,
    CONSTRAINT bank_account_events_are_legal CHECK ((step, from_state, to_state, by_kind) IN (
        ('registered', 'proposed', 'accepted', 'registration'),
        ('asked', 'proposed', 'proposed', 'owner'),
        ('approved', 'proposed', 'accepted', 'staff'),
        ('refused', 'proposed', 'refused', 'staff'),
        ('stopped', 'proposed', 'stopped', 'owner'),
        ('stopped', 'proposed', 'stopped', 'staff'),
        ('stopped', 'accepted', 'stopped', 'owner'),
        ('stopped', 'accepted', 'stopped', 'staff')
    )),
    CONSTRAINT bank_account_events_say_who CHECK ((by IS NULL) = (by_kind = 'registration')),
    CONSTRAINT bank_account_events_say_why CHECK (step NOT IN ('refused', 'stopped') OR reason <> ''),
    CONSTRAINT bank_account_events_begin_later CHECK (
        (valid_from IS NOT NULL) = (step IN ('registered', 'approved')) AND valid_from >= at
    )
);

CREATE TABLE merchants.applications (
    id uuid PRIMARY KEY,
    receipt text NOT NULL,
    proof_digest bytea NOT NULL,
    state text NOT NULL DEFAULT 'new',
    version integer NOT NULL DEFAULT 0,
    submitted_at timestamptz NOT NULL,
    CONSTRAINT applications_receipt_once UNIQUE (receipt),
    CONSTRAINT applications_proof_once UNIQUE (proof_digest),
    CONSTRAINT applications_proof_is_a_digest CHECK (length(proof_digest) = 32),
    CONSTRAINT applications_state_is_known CHECK (
        state IN ('new', 'submitted', 'needs_correction', 'examined', 'approved', 'declined', 'withdrawn')
    )
);
CREATE INDEX applications_state ON merchants.applications (state);
CREATE SEQUENCE merchants.application_numbers OWNED BY merchants.applications.receipt;

CREATE TABLE merchants.application_versions (
    application_id uuid NOT NULL,
    version integer NOT NULL,
    legal_name text NOT NULL,
    legal_kana text NOT NULL,
    representative text NOT NULL,
    phone text NOT NULL,
    postal_code text NOT NULL,
    address text NOT NULL,
    trade text NOT NULL,
    size text NOT NULL,
    bank_code text NOT NULL,
    branch_code text NOT NULL,
    bank_name text NOT NULL,
    branch_name text NOT NULL,
    account_kind text NOT NULL,
    account_number text NOT NULL,
    holder_kana text NOT NULL,
    pledge_version text NOT NULL,
    pledge_sha256 text NOT NULL,
    pledged_at timestamptz NOT NULL,
    CONSTRAINT application_versions_once PRIMARY KEY (application_id, version),
    CONSTRAINT application_versions_application_exists FOREIGN KEY (application_id) REFERENCES merchants.applications,
    CONSTRAINT application_versions_are_counted CHECK (version > 0),
    CONSTRAINT application_versions_say_who CHECK (
        legal_name <> '' AND legal_kana <> '' AND representative <> '' AND trade <> '' AND address <> ''
    ),
    CONSTRAINT application_versions_phone_is_a_number CHECK (phone ~ '^0[0-9]{9,10}$'),
    CONSTRAINT application_versions_postal_code_has_hyphen CHECK (postal_code ~ '^[0-9]{3}-[0-9]{4}$'),
    CONSTRAINT application_versions_size_is_known CHECK (size IN ('small', 'large')),
    CONSTRAINT application_versions_account_in_digits CHECK (
        bank_code ~ '^[0-9]{4}$' AND branch_code ~ '^[0-9]{3}$' AND account_number ~ '^[0-9]{7}$'
    ),
    CONSTRAINT application_versions_account_kind_is_known CHECK (account_kind IN ('1', '2', '4', '9')),
    CONSTRAINT application_versions_holder_fits_a_bank_file CHECK (
        holder_kana ~ '^(?! )[ｱ-ﾟA-Z0-9().\- ]{1,30}(?<! )$'
    ),
    CONSTRAINT application_versions_name_the_pledge CHECK (
        pledge_version <> '' AND pledge_sha256 ~ '^[0-9a-f]{64}$'
    )
);

CREATE TABLE merchants.application_stores (
    application_id uuid NOT NULL,
    version integer NOT NULL,
    position smallint NOT NULL,
    display_name text NOT NULL,
    name_latin text NOT NULL,
    district text NOT NULL,
    postal_code text NOT NULL,
    address text NOT NULL,
    floor_m2 integer NOT NULL,
    CONSTRAINT application_stores_once PRIMARY KEY (application_id, version, position),
    CONSTRAINT application_stores_version_exists FOREIGN KEY (application_id, version)
        REFERENCES merchants.application_versions,
    CONSTRAINT application_stores_are_counted CHECK (position > 0),
    CONSTRAINT application_stores_names_fit_a_code CHECK (
        length(display_name) BETWEEN 1 AND 25 AND name_latin ~ '^[ -~]{1,25}$'
    ),
    CONSTRAINT application_stores_postal_code_has_hyphen CHECK (postal_code ~ '^[0-9]{3}-[0-9]{4}$'),
    CONSTRAINT application_stores_floor_is_possible CHECK (floor_m2 BETWEEN 0 AND 999999)
);

CREATE TABLE merchants.application_events (
    application_id uuid NOT NULL,
    number integer NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    by_kind text NOT NULL,
    by uuid,
    reason text NOT NULL DEFAULT '',
    merchant_id uuid,
    CONSTRAINT application_events_once PRIMARY KEY (application_id, number),
    CONSTRAINT application_events_version_exists FOREIGN KEY (application_id, version)
        REFERENCES merchants.application_versions,
    CONSTRAINT application_events_merchant_exists FOREIGN KEY (merchant_id) REFERENCES merchants.merchants,
    CONSTRAINT application_events_merchant_once UNIQUE (merchant_id),
    CONSTRAINT application_events_are_legal CHECK ((step, from_state, to_state, by_kind) IN (
        ('submitted', 'new', 'submitted', 'applicant'),
        ('correction_asked', 'submitted', 'needs_correction', 'staff'),
        ('correction_asked', 'examined', 'needs_correction', 'staff'),
        ('corrected', 'needs_correction', 'submitted', 'applicant'),
        ('examined', 'submitted', 'examined', 'staff'),
        ('approved', 'submitted', 'approved', 'staff'),
        ('approved', 'examined', 'approved', 'staff'),
        ('declined', 'submitted', 'declined', 'staff'),
        ('declined', 'needs_correction', 'declined', 'staff'),
        ('declined', 'examined', 'declined', 'staff'),
        ('withdrawn', 'submitted', 'withdrawn', 'applicant'),
        ('withdrawn', 'needs_correction', 'withdrawn', 'applicant'),
        ('withdrawn', 'examined', 'withdrawn', 'applicant')
    )),
    CONSTRAINT application_events_say_who CHECK ((by IS NOT NULL) = (by_kind = 'staff')),
    CONSTRAINT application_events_say_why CHECK (step NOT IN ('correction_asked', 'declined') OR reason <> ''),
    CONSTRAINT application_events_approval_makes_a_merchant CHECK ((merchant_id IS NOT NULL) = (step = 'approved'))
);

-- What somebody has typed so far, before it is sent; whoever has the secret of the browser goes on with it.
CREATE TABLE merchants.application_drafts (
    secret_digest bytea PRIMARY KEY,
    application_id uuid,
    content jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT application_drafts_secret_is_a_digest CHECK (length(secret_digest) = 32),
    CONSTRAINT application_drafts_application_exists FOREIGN KEY (application_id) REFERENCES merchants.applications
);
CREATE INDEX application_drafts_saved_at ON merchants.application_drafts (saved_at);

-- The accounts that merchants have today are the first of their history.
INSERT INTO merchants.bank_accounts (id, merchant_id, number, bank_code, branch_code, bank_name, branch_name,
    account_kind, account_number, holder_kana, state, valid_from)
SELECT gen_random_uuid(), id, 1, bank_code, branch_code, bank_name, branch_name, account_kind, account_number,
    holder_kana, 'accepted', applied_at FROM merchants.merchants;
INSERT INTO merchants.bank_account_events (account_id, step, from_state, to_state, at, by_kind, valid_from)
SELECT id, 'registered', 'proposed', 'accepted', valid_from, 'registration', valid_from FROM merchants.bank_accounts;
ALTER TABLE merchants.merchants
    DROP COLUMN bank_code, DROP COLUMN branch_code, DROP COLUMN bank_name, DROP COLUMN branch_name,
    DROP COLUMN account_kind, DROP COLUMN account_number, DROP COLUMN holder_kana;

-- A state moves with its history and with nothing else; what begins can be stopped until it has begun.
CREATE FUNCTION merchants.apply_bank_account_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE merchants.bank_accounts AS a
    SET state = added.to_state, valid_from = coalesce(added.valid_from, a.valid_from)
    FROM added WHERE a.id = added.account_id AND a.state = added.from_state
      AND (a.number = 1) = (added.step = 'registered')
      AND (added.from_state <> 'accepted' OR added.at < a.valid_from);
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> (SELECT count(*) FROM added) THEN
        RAISE EXCEPTION 'a bank account takes no such step now'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_account_events_follow_each_other';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bank_account_events_are_applied AFTER INSERT ON merchants.bank_account_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION merchants.apply_bank_account_events();

CREATE FUNCTION merchants.apply_application_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    IF EXISTS (
        SELECT FROM added WHERE added.step = 'approved' AND added.from_state = 'examined' AND added.by = (
            SELECT e.by FROM merchants.application_events AS e
            WHERE e.application_id = added.application_id AND e.step = 'examined' ORDER BY e.number DESC LIMIT 1
        )
    ) THEN
        RAISE EXCEPTION 'who examined an application does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_events_have_two_people';
    END IF;
    UPDATE merchants.applications AS a SET state = added.to_state, version = added.version
    FROM added WHERE a.id = added.application_id AND a.state = added.from_state
      AND added.version = a.version + (added.step IN ('submitted', 'corrected'))::integer
      AND added.number = 1 + (SELECT count(*) FROM merchants.application_events AS e
                              WHERE e.application_id = a.id AND e.number < added.number);
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> (SELECT count(*) FROM added) THEN
        RAISE EXCEPTION 'an application takes no such step now'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_events_follow_each_other';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER application_events_are_applied AFTER INSERT ON merchants.application_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION merchants.apply_application_events();

-- What only staff decide, no other process writes down.
CREATE FUNCTION merchants.leave_to_staff() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.by_kind NOT IN ('applicant', 'owner') AND NOT pg_has_role(current_user, 'kashiman_staff', 'USAGE') THEN
        RAISE EXCEPTION 'staff decide this'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = TG_TABLE_NAME || '_staff_decide';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_account_events_staff_decide BEFORE INSERT ON merchants.bank_account_events
    FOR EACH ROW EXECUTE FUNCTION merchants.leave_to_staff();
CREATE TRIGGER application_events_staff_decide BEFORE INSERT ON merchants.application_events
    FOR EACH ROW EXECUTE FUNCTION merchants.leave_to_staff();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['bank_account_events', 'application_versions', 'application_stores',
                                   'application_events'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON merchants.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['bank_accounts', 'applications'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON merchants.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;
CREATE TRIGGER bank_accounts_terms_stay BEFORE UPDATE OF id, merchant_id, number, bank_code, branch_code, bank_name,
    branch_name, account_kind, account_number, holder_kana ON merchants.bank_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER applications_terms_stay BEFORE UPDATE OF id, receipt, proof_digest, submitted_at
    ON merchants.applications FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Who changes an account takes turns at its merchant; who moves an application, at the application.
CREATE FUNCTION merchants.lock_bank_accounts(wanted uuid)
RETURNS TABLE (id uuid, number integer, state text, valid_from timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM merchants.merchants AS m WHERE m.id = wanted FOR NO KEY UPDATE;
    RETURN QUERY SELECT a.id, a.number, a.state, a.valid_from FROM merchants.bank_accounts AS a
        WHERE a.merchant_id = wanted ORDER BY a.number;
END $$;
CREATE FUNCTION merchants.lock_application(wanted uuid)
RETURNS TABLE (id uuid, receipt text, state text, version integer, event_count bigint, examined_by uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM merchants.applications AS a WHERE a.id = wanted FOR NO KEY UPDATE;
    RETURN QUERY SELECT a.id, a.receipt, a.state, a.version,
        (SELECT count(*) FROM merchants.application_events AS e WHERE e.application_id = a.id),
        (SELECT e.by FROM merchants.application_events AS e WHERE e.application_id = a.id AND e.step = 'examined'
         ORDER BY e.number DESC LIMIT 1)
        FROM merchants.applications AS a WHERE a.id = wanted;
END $$;

-- An applicant has no account: whoever brings the proof reads that application, and the portal no other.
CREATE FUNCTION merchants.proven_application(proof bytea) RETURNS SETOF merchants.applications
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.* FROM merchants.applications AS a WHERE a.proof_digest = proof;
$$;
CREATE FUNCTION merchants.proven_versions(proof bytea) RETURNS SETOF merchants.application_versions
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.* FROM merchants.application_versions AS v JOIN merchants.applications AS a ON a.id = v.application_id
    WHERE a.proof_digest = proof;
$$;
CREATE FUNCTION merchants.proven_stores(proof bytea) RETURNS SETOF merchants.application_stores
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.* FROM merchants.application_stores AS s JOIN merchants.applications AS a ON a.id = s.application_id
    WHERE a.proof_digest = proof;
$$;
CREATE FUNCTION merchants.proven_events(proof bytea) RETURNS SETOF merchants.application_events
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.* FROM merchants.application_events AS e JOIN merchants.applications AS a ON a.id = e.application_id
    WHERE a.proof_digest = proof;
$$;
CREATE FUNCTION merchants.draft_of(secret bytea) RETURNS SETOF merchants.application_drafts
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.* FROM merchants.application_drafts AS d WHERE d.secret_digest = secret;
$$;

-- The portal shows an owner which account is meant, never all of its digits.
CREATE VIEW merchants.masked_bank_accounts AS
SELECT id, merchant_id, number, bank_code, branch_code, bank_name, branch_name, account_kind,
       right(account_number, 3) AS number_ending, holder_kana, state, valid_from
FROM merchants.bank_accounts;

GRANT SELECT ON merchants.bank_accounts, merchants.bank_account_events TO kashiman_staff, kashiman_worker,
    kashiman_auditor;
GRANT SELECT ON merchants.applications, merchants.application_versions, merchants.application_stores,
    merchants.application_events TO kashiman_staff, kashiman_auditor;
GRANT SELECT ON merchants.masked_bank_accounts, merchants.bank_account_events TO kashiman_pay;
GRANT INSERT (id, merchant_id, number, bank_code, branch_code, bank_name, branch_name, account_kind, account_number,
    holder_kana) ON merchants.bank_accounts TO kashiman_staff, kashiman_pay;
GRANT INSERT ON merchants.bank_account_events, merchants.application_events, merchants.application_versions,
    merchants.application_stores TO kashiman_staff, kashiman_pay;
GRANT INSERT (id, receipt, proof_digest, submitted_at) ON merchants.applications TO kashiman_staff, kashiman_pay;
GRANT USAGE ON SEQUENCE merchants.application_numbers TO kashiman_staff, kashiman_pay;
GRANT SELECT (secret_digest, saved_at), INSERT, UPDATE (application_id, content, saved_at), DELETE
    ON merchants.application_drafts TO kashiman_pay;
REVOKE ALL ON FUNCTION merchants.lock_bank_accounts, merchants.lock_application, merchants.proven_application,
    merchants.proven_versions, merchants.proven_stores, merchants.proven_events, merchants.draft_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchants.lock_bank_accounts, merchants.lock_application TO kashiman_staff, kashiman_pay;
GRANT EXECUTE ON FUNCTION merchants.proven_application, merchants.proven_versions, merchants.proven_stores,
    merchants.proven_events, merchants.draft_of TO kashiman_pay;

-- A payout says which account of its merchant it used.
ALTER TABLE settlement.payout_items ADD COLUMN bank_account_id uuid;
GRANT SELECT (bank_account_id) ON settlement.payout_items TO kashiman_app;
