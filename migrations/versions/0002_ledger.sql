-- The books. Journals, transfers, accounts, decisions and period closes are only ever added to.
-- Lots and holds carry one cached figure each per part, moved by the trigger on transfers and by nothing else.

CREATE SCHEMA ledger;

CREATE TABLE ledger.account_kinds (
    kind text PRIMARY KEY,
    side text NOT NULL CHECK (side IN ('asset', 'liability', 'budget', 'income'))
);

INSERT INTO ledger.account_kinds (kind, side) VALUES
    ('bank', 'asset'), ('provider_clearing', 'asset'), ('counter_cash', 'asset'),
    ('lot', 'liability'), ('held', 'liability'), ('merchant_payable', 'liability'), ('payout_in_flight', 'liability'),
    ('premium_funding', 'budget'), ('point_funding', 'budget'), ('coupon_funding', 'budget'), ('provider_fees', 'budget'),
    ('breakage_paid', 'income'), ('breakage_premium', 'income'), ('city_fees', 'income');

-- `part` says who funded what moves: all of it the buyer (paid), all of it the city (premium), or both in any mixture.
CREATE TABLE ledger.legal_moves (
    journal_kind text NOT NULL,
    debit_kind text NOT NULL REFERENCES ledger.account_kinds,
    credit_kind text NOT NULL REFERENCES ledger.account_kinds,
    part text NOT NULL CHECK (part IN ('paid', 'premium', 'mixed')),
    PRIMARY KEY (journal_kind, debit_kind, credit_kind)
);

INSERT INTO ledger.legal_moves (journal_kind, debit_kind, credit_kind, part) VALUES
    ('voucher_sold', 'provider_clearing', 'lot', 'paid'),
    ('voucher_sold', 'counter_cash', 'lot', 'paid'),
    ('voucher_sold', 'premium_funding', 'lot', 'premium'),
    ('sale_cancelled', 'lot', 'provider_clearing', 'paid'),
    ('sale_cancelled', 'lot', 'counter_cash', 'paid'),
    ('sale_cancelled', 'lot', 'premium_funding', 'premium'),
    ('points_granted', 'point_funding', 'lot', 'premium'),
    ('payment', 'lot', 'merchant_payable', 'mixed'),
    ('payment', 'coupon_funding', 'merchant_payable', 'premium'),
    ('payment_voided', 'merchant_payable', 'lot', 'mixed'),
    ('payment_voided', 'merchant_payable', 'coupon_funding', 'premium'),
    ('payment_refunded', 'merchant_payable', 'lot', 'mixed'),
    ('payment_refunded', 'merchant_payable', 'coupon_funding', 'premium'),
    ('hold_placed', 'lot', 'held', 'mixed'),
    ('hold_captured', 'held', 'merchant_payable', 'mixed'),
    ('hold_captured', 'held', 'city_fees', 'mixed'),
    ('hold_released', 'held', 'lot', 'mixed'),
    ('lot_expired', 'lot', 'breakage_paid', 'paid'),
    ('lot_expired', 'lot', 'breakage_premium', 'premium'),
    ('settlement_closed', 'merchant_payable', 'payout_in_flight', 'mixed'),
    ('payout_settled', 'payout_in_flight', 'bank', 'mixed'),
    ('payout_returned', 'payout_in_flight', 'merchant_payable', 'mixed'),
    ('provider_paid_out', 'bank', 'provider_clearing', 'mixed'),
    ('provider_paid_out', 'provider_fees', 'provider_clearing', 'mixed');

CREATE TABLE ledger.accounts (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    campaign_id uuid,
    merchant_id uuid,
    reference text,
    opened_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_kind_is_known FOREIGN KEY (kind) REFERENCES ledger.account_kinds
);

CREATE TABLE ledger.journals (
    id uuid PRIMARY KEY,
    sequence bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind text NOT NULL,
    event_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    corrects_id uuid,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX journals_sequence ON ledger.journals (sequence);
CREATE INDEX journals_corrects ON ledger.journals (corrects_id) WHERE corrects_id IS NOT NULL;

CREATE TABLE ledger.transfers (
    journal_id uuid NOT NULL,
    line smallint NOT NULL,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount_yen bigint NOT NULL,
    paid_yen bigint NOT NULL,
    reverses_line smallint,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (journal_id, line),
    CONSTRAINT transfers_amount_is_positive CHECK (amount_yen > 0),
    CONSTRAINT transfers_parts_fit CHECK (paid_yen BETWEEN 0 AND amount_yen),
    CONSTRAINT transfers_accounts_differ CHECK (debit_account_id <> credit_account_id)
);
CREATE INDEX transfers_debit ON ledger.transfers (debit_account_id);
CREATE INDEX transfers_credit ON ledger.transfers (credit_account_id);
CREATE INDEX transfers_transaction ON ledger.transfers (transaction_id);

CREATE TABLE ledger.lots (
    account_id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    issued_paid_yen bigint NOT NULL,
    issued_premium_yen bigint NOT NULL,
    usable_at text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    grace_days integer NOT NULL DEFAULT 0,
    issued_at timestamptz NOT NULL,
    succeeds_lot_id uuid,
    paid_left_yen bigint NOT NULL DEFAULT 0,
    premium_left_yen bigint NOT NULL DEFAULT 0,
    CONSTRAINT lots_account_exists FOREIGN KEY (account_id) REFERENCES ledger.accounts,
    CONSTRAINT lots_never_below_zero CHECK (paid_left_yen >= 0 AND premium_left_yen >= 0),
    CONSTRAINT lots_never_above_issue CHECK (
        paid_left_yen <= issued_paid_yen AND premium_left_yen <= issued_premium_yen
    ),
    CONSTRAINT lots_issue_something CHECK (
        issued_paid_yen >= 0 AND issued_premium_yen >= 0 AND issued_paid_yen + issued_premium_yen > 0
    ),
    CONSTRAINT lots_usable_at_is_known CHECK (usable_at IN ('all_shops', 'small_shops')),
    CONSTRAINT lots_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT lots_grace_is_positive CHECK (grace_days >= 0)
) WITH (fillfactor = 70);
CREATE INDEX lots_wallet ON ledger.lots (wallet_id);

CREATE TABLE ledger.holds (
    account_id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL,
    placed_journal_id uuid NOT NULL,
    amount_yen bigint NOT NULL CHECK (amount_yen > 0),
    deadline_at timestamptz NOT NULL,
    paid_left_yen bigint NOT NULL DEFAULT 0,
    premium_left_yen bigint NOT NULL DEFAULT 0,
    CONSTRAINT holds_account_exists FOREIGN KEY (account_id) REFERENCES ledger.accounts,
    CONSTRAINT holds_never_below_zero CHECK (paid_left_yen >= 0 AND premium_left_yen >= 0),
    CONSTRAINT holds_never_above_amount CHECK (paid_left_yen + premium_left_yen <= amount_yen)
) WITH (fillfactor = 70);

CREATE TABLE ledger.decisions (
    key uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    journal_id uuid,
    refusal_code text,
    refusal_facts jsonb,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT decisions_are_yes_or_no CHECK ((journal_id IS NULL) <> (refusal_code IS NULL))
);

CREATE TABLE ledger.period_closes (
    closed_through date PRIMARY KEY,
    closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_by text NOT NULL
);

-- Totals of the accounts that are not lots, summed up to a transaction behind which nothing can appear any more.
CREATE TABLE ledger.account_totals (
    account_id uuid PRIMARY KEY,
    debit_yen bigint NOT NULL,
    debit_paid_yen bigint NOT NULL,
    credit_yen bigint NOT NULL,
    credit_paid_yen bigint NOT NULL
);

CREATE TABLE ledger.totals_cursor (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    before_transaction_id xid8 NOT NULL
);
INSERT INTO ledger.totals_cursor (before_transaction_id) VALUES ('0');
