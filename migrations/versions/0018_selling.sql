-- Chargebacks, payouts and cards of purchases. What was given back, disputed, printed or paid out is only ever added
-- to; a dispute and a payout carry where they stand beside their history.

INSERT INTO issuance.purchase_moves (from_state, to_state) VALUES
    ('paid', 'disputed'), ('disputed', 'paid'), ('disputed', 'charged_back'), ('disputed', 'refund_needed');

ALTER TABLE issuance.purchases
    ADD COLUMN small_journal_id uuid,
    ADD COLUMN paid_at timestamptz,
    ADD COLUMN provider_status text,
    ADD COLUMN read_at timestamptz,
    ADD COLUMN checks_card boolean NOT NULL DEFAULT false,
    ADD COLUMN card uuid,
    DROP CONSTRAINT purchases_state_is_known,
    ADD CONSTRAINT purchases_state_is_known CHECK (state IN ('requested', 'awaiting_payment', 'paid', 'failed',
        'expired', 'cancelled', 'refund_needed', 'refunded', 'disputed', 'charged_back')),
    ADD CONSTRAINT purchases_card_pays_by_card CHECK (method = 'card' OR (card IS NULL AND NOT checks_card));
CREATE INDEX purchases_card ON issuance.purchases (campaign_id, card) WHERE card IS NOT NULL;
CREATE INDEX purchases_wallet ON issuance.purchases (wallet_id);
CREATE INDEX purchases_to_look_up ON issuance.purchases (read_at, id)
    WHERE provider_id IS NOT NULL AND state IN ('awaiting_payment', 'failed', 'expired', 'cancelled')
      AND provider_status IS DISTINCT FROM 'canceled';
DROP TRIGGER purchases_facts_stay ON issuance.purchases;
CREATE TRIGGER purchases_facts_stay BEFORE UPDATE OF
        id, grant_id, round_id, campaign_id, wallet_id, units, method, amount_yen, premium_yen, created_at, key,
        fingerprint, counter, clerk_id, checks_card ON issuance.purchases
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- As before, and a disputed purchase keeps its units: a dispute that is won gives the voucher back.
CREATE OR REPLACE FUNCTION issuance.check_grants_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM issuance.grants WHERE id IN (SELECT grant_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM issuance.grants AS g
        WHERE g.id IN (SELECT grant_id FROM changed)
          AND g.units < (
              SELECT coalesce(sum(p.units), 0) FROM issuance.purchases AS p
              WHERE p.grant_id = g.id AND p.state IN ('requested', 'awaiting_payment', 'paid', 'disputed')
          ) + (SELECT coalesce(sum(f.units), 0) FROM issuance.forfeits AS f WHERE f.grant_id = g.id)
    ) THEN
        RAISE EXCEPTION 'purchases hold more units than were granted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'purchases_stay_within_grant';
    END IF;
    RETURN NULL;
END $$;

ALTER TABLE issuance.provider_events ADD COLUMN subject_id text;
DROP TRIGGER provider_events_notices_stay ON issuance.provider_events;
CREATE TRIGGER provider_events_notices_stay BEFORE UPDATE OF
        event_id, kind, provider_id, refund_id, body, created_at, received_at, subject_id ON issuance.provider_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TABLE issuance.refund_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purchase_id uuid NOT NULL,
    way text NOT NULL,
    status text NOT NULL,
    amount_yen bigint NOT NULL,
    refund_id text,
    reason text,
    evidence text,
    by uuid,
    second_person uuid,
    at timestamptz NOT NULL,
    CONSTRAINT refund_events_purchase_exists FOREIGN KEY (purchase_id) REFERENCES issuance.purchases,
    CONSTRAINT refund_events_way_is_known CHECK (way IN ('provider', 'cash', 'bank_transfer')),
    CONSTRAINT refund_events_status_is_known CHECK (status IN ('requires_action', 'pending', 'succeeded', 'failed',
        'canceled', 'refused')),
    CONSTRAINT refund_events_amount_is_positive CHECK (amount_yen > 0),
    CONSTRAINT refund_events_need_two_people CHECK (
        (way = 'provider') = (by IS NULL) AND (way = 'provider') = (second_person IS NULL)
        AND (way = 'provider') = (evidence IS NULL) AND (by <> second_person OR way = 'provider')
    )
);
CREATE INDEX refund_events_purchase ON issuance.refund_events (purchase_id, id);
CREATE INDEX refund_events_refund ON issuance.refund_events (refund_id, id) WHERE refund_id IS NOT NULL;

CREATE TABLE issuance.counter_receipts (
    purchase_id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    CONSTRAINT counter_receipts_number_is_unique UNIQUE (number),
    CONSTRAINT counter_receipts_purchase_exists FOREIGN KEY (purchase_id) REFERENCES issuance.purchases
);

CREATE TABLE issuance.receipt_prints (
    purchase_id uuid NOT NULL,
    copy_number integer NOT NULL,
    clerk_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT receipt_prints_are_counted PRIMARY KEY (purchase_id, copy_number),
    CONSTRAINT receipt_prints_receipt_exists FOREIGN KEY (purchase_id) REFERENCES issuance.counter_receipts,
    CONSTRAINT receipt_prints_copy_is_counted CHECK (copy_number >= 0)
);

CREATE TABLE issuance.disputes (
    dispute_id text PRIMARY KEY,
    provider_id text NOT NULL,
    purchase_id uuid,
    amount_yen bigint NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    outcome text NOT NULL,
    unspent_yen bigint NOT NULL,
    unspent_paid_yen bigint NOT NULL,
    spent_yen bigint NOT NULL,
    spent_paid_yen bigint NOT NULL,
    hold_id uuid,
    evidence_due_at timestamptz,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT disputes_purchase_exists FOREIGN KEY (purchase_id) REFERENCES issuance.purchases,
    CONSTRAINT disputes_outcome_is_known CHECK (outcome IN ('unmatched', 'watched', 'taken_back', 'frozen', 'restored',
        'lost', 'loss_open', 'money_to_return', 'closed')),
    CONSTRAINT disputes_numbers_fit CHECK (
        amount_yen > 0 AND unspent_paid_yen BETWEEN 0 AND unspent_yen AND spent_paid_yen BETWEEN 0 AND spent_yen
    )
);
CREATE INDEX disputes_purchase ON issuance.disputes (purchase_id);
CREATE INDEX disputes_running ON issuance.disputes (opened_at)
    WHERE outcome IN ('unmatched', 'watched', 'taken_back', 'frozen');

CREATE TABLE issuance.dispute_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id text NOT NULL,
    status text NOT NULL,
    outcome text NOT NULL,
    unspent_yen bigint NOT NULL,
    spent_yen bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT dispute_events_dispute_exists FOREIGN KEY (dispute_id) REFERENCES issuance.disputes
);
CREATE INDEX dispute_events_dispute ON issuance.dispute_events (dispute_id);

CREATE TABLE issuance.provider_payouts (
    payout_id text PRIMARY KEY,
    amount_yen bigint NOT NULL,
    entries_yen bigint NOT NULL,
    fees_yen bigint NOT NULL,
    arrived_on date NOT NULL,
    outcome text NOT NULL,
    journal_id uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT provider_payouts_outcome_is_known CHECK (outcome IN ('booked', 'not_adding_up', 'not_bookable',
        'failed')),
    CONSTRAINT provider_payouts_booked_have_a_journal CHECK (outcome <> 'booked' OR journal_id IS NOT NULL)
);

CREATE TABLE issuance.payout_entries (
    entry_id text PRIMARY KEY,
    payout_id text NOT NULL,
    kind text NOT NULL,
    amount_yen bigint NOT NULL,
    fee_yen bigint NOT NULL,
    provider_id text,
    purchase_id uuid,
    CONSTRAINT payout_entries_payout_exists FOREIGN KEY (payout_id) REFERENCES issuance.provider_payouts,
    CONSTRAINT payout_entries_purchase_exists FOREIGN KEY (purchase_id) REFERENCES issuance.purchases
);
CREATE INDEX payout_entries_payout ON issuance.payout_entries (payout_id);
CREATE INDEX payout_entries_purchase ON issuance.payout_entries (purchase_id);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['refund_events', 'counter_receipts', 'receipt_prints', 'dispute_events',
        'payout_entries'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['disputes', 'provider_payouts'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;
CREATE TRIGGER disputes_facts_stay BEFORE UPDATE OF dispute_id, provider_id, opened_at ON issuance.disputes
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER provider_payouts_booked_stay BEFORE UPDATE ON issuance.provider_payouts FOR EACH ROW
    WHEN (OLD.payout_id <> NEW.payout_id OR OLD.outcome = 'booked' AND (
        (OLD.amount_yen, OLD.entries_yen, OLD.fees_yen, OLD.journal_id, OLD.recorded_at)
        IS DISTINCT FROM (NEW.amount_yen, NEW.entries_yen, NEW.fees_yen, NEW.journal_id, NEW.recorded_at)))
    EXECUTE FUNCTION ledger.refuse_change();

GRANT UPDATE (small_journal_id, paid_at, provider_status, read_at, card) ON issuance.purchases TO kashiman_app;
GRANT SELECT (subject_id), INSERT (subject_id) ON issuance.provider_events TO kashiman_app;
GRANT SELECT (subject_id) ON issuance.provider_events TO kashiman_auditor;
GRANT SELECT ON issuance.refund_events, issuance.counter_receipts, issuance.receipt_prints, issuance.disputes,
    issuance.dispute_events, issuance.provider_payouts, issuance.payout_entries TO kashiman_app, kashiman_auditor;
GRANT INSERT ON issuance.refund_events TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.counter_receipts, issuance.receipt_prints TO kashiman_staff;
GRANT INSERT ON issuance.disputes, issuance.dispute_events, issuance.provider_payouts, issuance.payout_entries
    TO kashiman_worker;
GRANT UPDATE (purchase_id, amount_yen, reason, status, outcome, unspent_yen, unspent_paid_yen, spent_yen,
    spent_paid_yen, hold_id, evidence_due_at, changed_at) ON issuance.disputes TO kashiman_worker;
GRANT UPDATE (amount_yen, entries_yen, fees_yen, arrived_on, outcome, journal_id, recorded_at)
    ON issuance.provider_payouts TO kashiman_worker;
