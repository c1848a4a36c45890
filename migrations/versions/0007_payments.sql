-- Payments, what was taken back of them, and the residents' own codes. All of it is history.

CREATE SCHEMA payments;

CREATE TABLE payments.payments (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    store_id uuid NOT NULL,
    channel text NOT NULL,
    amount_yen bigint NOT NULL,
    paid_at timestamptz NOT NULL,
    charged_by uuid,
    CONSTRAINT payments_channel_is_known CHECK (channel IN ('mpm_static', 'mpm_dynamic', 'cpm')),
    CONSTRAINT payments_amount_is_positive CHECK (amount_yen > 0)
);
CREATE INDEX payments_wallet ON payments.payments (wallet_id, paid_at);
CREATE INDEX payments_store ON payments.payments (store_id, paid_at);

CREATE TABLE payments.reversals (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    kind text NOT NULL,
    amount_yen bigint NOT NULL,
    reversed_at timestamptz NOT NULL,
    reversed_by uuid NOT NULL,
    CONSTRAINT reversals_payment_exists FOREIGN KEY (payment_id) REFERENCES payments.payments,
    CONSTRAINT reversals_kind_is_known CHECK (kind IN ('void', 'refund')),
    CONSTRAINT reversals_amount_is_positive CHECK (amount_yen > 0)
);
CREATE INDEX reversals_payment ON payments.reversals (payment_id);

CREATE TABLE payments.consumer_codes (
    digest bytea PRIMARY KEY,
    wallet_id uuid NOT NULL,
    issued_at timestamptz NOT NULL
);
CREATE INDEX consumer_codes_wallet ON payments.consumer_codes (wallet_id, issued_at);

-- A code is burnt by the attempt itself, in the same transaction; the key makes a second attempt impossible.
CREATE TABLE payments.burnt_codes (
    digest bytea PRIMARY KEY,
    burnt_at timestamptz NOT NULL
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments', 'reversals', 'consumer_codes', 'burnt_codes'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA payments TO kashiman_app, kashiman_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA payments TO kashiman_app, kashiman_auditor;
GRANT INSERT ON payments.payments, payments.reversals, payments.consumer_codes, payments.burnt_codes
    TO kashiman_pay, kashiman_staff, kashiman_worker;
