-- What shops were owed at a cut-off and how it was paid. Everything here is history: rows are added, never changed.

CREATE SCHEMA settlement;

CREATE TABLE settlement.closings (
    id uuid PRIMARY KEY,
    number integer NOT NULL,
    cutoff_day date NOT NULL,
    pay_day date NOT NULL,
    minimum_payout_yen bigint NOT NULL,
    closed_at timestamptz NOT NULL,
    closed_by text NOT NULL,
    key uuid NOT NULL,
    fingerprint uuid NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT closings_number_once UNIQUE (number),
    CONSTRAINT closings_cutoff_day_once UNIQUE (cutoff_day),
    CONSTRAINT closings_key_once UNIQUE (key),
    CONSTRAINT closings_number_is_positive CHECK (number > 0),
    CONSTRAINT closings_minimum_is_positive CHECK (minimum_payout_yen > 0)
);

-- The primary key is the promise that a movement is in one closing or in none yet. The line itself is in the books.
CREATE TABLE settlement.settled_movements (
    journal_id uuid NOT NULL,
    line smallint NOT NULL,
    closing_id uuid NOT NULL,
    CONSTRAINT settled_movements_once PRIMARY KEY (journal_id, line),
    CONSTRAINT settled_movements_closing_exists FOREIGN KEY (closing_id) REFERENCES settlement.closings
);
CREATE INDEX settled_movements_closing ON settlement.settled_movements (closing_id);

CREATE TABLE settlement.statements (
    closing_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    payment_count integer NOT NULL,
    gross_paid_yen bigint NOT NULL,
    gross_premium_yen bigint NOT NULL,
    given_back_count integer NOT NULL,
    given_back_paid_yen bigint NOT NULL,
    given_back_premium_yen bigint NOT NULL,
    net_yen bigint NOT NULL,
    carried_over_because text,
    CONSTRAINT statements_once PRIMARY KEY (closing_id, merchant_id, campaign_id),
    CONSTRAINT statements_closing_exists FOREIGN KEY (closing_id) REFERENCES settlement.closings,
    CONSTRAINT statements_counts_fit CHECK (
        payment_count >= 0 AND given_back_count >= 0 AND payment_count + given_back_count > 0
    ),
    CONSTRAINT statements_parts_fit CHECK (
        gross_paid_yen >= 0 AND gross_premium_yen >= 0 AND given_back_paid_yen >= 0 AND given_back_premium_yen >= 0
    ),
    CONSTRAINT statements_add_up CHECK (
        net_yen = gross_paid_yen + gross_premium_yen - given_back_paid_yen - given_back_premium_yen
    ),
    CONSTRAINT statements_pay_what_is_due CHECK (
        carried_over_because IS NOT NULL
        OR (net_yen > 0 AND gross_paid_yen >= given_back_paid_yen AND gross_premium_yen >= given_back_premium_yen)
    ),
    CONSTRAINT statements_carry_over_reason_is_known CHECK (carried_over_because IN (
        'nothing_due', 'campaign_negative', 'parts_uneven', 'below_minimum',
        'bank_account_missing', 'bank_account_unusable'
    ))
);
CREATE INDEX statements_merchant ON settlement.statements (merchant_id);

CREATE TABLE settlement.payouts (
    id uuid PRIMARY KEY,
    number integer NOT NULL,
    closing_id uuid NOT NULL,
    reissues_payout_id uuid,
    reissues_item_number integer,
    pay_day date NOT NULL,
    journal_id uuid NOT NULL,
    total_yen bigint NOT NULL,
    item_count integer NOT NULL,
    file_name text NOT NULL,
    file_bytes bytea NOT NULL,
    file_sha256 text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT payouts_closing_exists FOREIGN KEY (closing_id) REFERENCES settlement.closings,
    CONSTRAINT payouts_number_once UNIQUE (number),
    CONSTRAINT payouts_number_is_positive CHECK (number > 0),
    CONSTRAINT payouts_file_name_once UNIQUE (file_name),
    CONSTRAINT payouts_journal_once UNIQUE (journal_id),
    CONSTRAINT payouts_reissue_once UNIQUE (reissues_payout_id, reissues_item_number),
    CONSTRAINT payouts_reissue_is_whole CHECK ((reissues_payout_id IS NULL) = (reissues_item_number IS NULL)),
    CONSTRAINT payouts_pay_something CHECK (total_yen > 0 AND item_count > 0),
    CONSTRAINT payouts_digest_fits CHECK (file_sha256 = encode(sha256(file_bytes), 'hex'))
);
CREATE INDEX payouts_closing ON settlement.payouts (closing_id);

CREATE TABLE settlement.payout_items (
    payout_id uuid NOT NULL,
    item_number integer NOT NULL,
    merchant_id uuid NOT NULL,
    amount_yen bigint NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    branch_code text NOT NULL,
    branch_name text NOT NULL,
    account_kind text NOT NULL,
    account_number text NOT NULL,
    payee_name text NOT NULL,
    new_code text NOT NULL,
    CONSTRAINT payout_items_once PRIMARY KEY (payout_id, item_number),
    CONSTRAINT payout_items_payout_exists FOREIGN KEY (payout_id) REFERENCES settlement.payouts,
    CONSTRAINT payout_items_merchant_once UNIQUE (payout_id, merchant_id),
    CONSTRAINT payout_items_pay_something CHECK (amount_yen > 0 AND item_number > 0)
);
CREATE INDEX payout_items_merchant ON settlement.payout_items (merchant_id);
ALTER TABLE settlement.payouts ADD CONSTRAINT payouts_reissued_item_exists
    FOREIGN KEY (reissues_payout_id, reissues_item_number) REFERENCES settlement.payout_items;

-- Line n of a payout is line n of its settlement_closed journal.
CREATE TABLE settlement.payout_lines (
    payout_id uuid NOT NULL,
    line smallint NOT NULL,
    item_number integer NOT NULL,
    campaign_id uuid NOT NULL,
    amount_yen bigint NOT NULL,
    paid_yen bigint NOT NULL,
    CONSTRAINT payout_lines_once PRIMARY KEY (payout_id, line),
    CONSTRAINT payout_lines_campaign_once UNIQUE (payout_id, item_number, campaign_id),
    CONSTRAINT payout_lines_item_exists FOREIGN KEY (payout_id, item_number) REFERENCES settlement.payout_items,
    CONSTRAINT payout_lines_amount_is_positive CHECK (amount_yen > 0),
    CONSTRAINT payout_lines_parts_fit CHECK (paid_yen BETWEEN 0 AND amount_yen)
);

CREATE TABLE settlement.payout_events (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL,
    item_number integer,
    kind text NOT NULL,
    event_day date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    reason text,
    credit_ref text,
    journal_id uuid,
    CONSTRAINT payout_events_once UNIQUE NULLS NOT DISTINCT (payout_id, item_number, kind),
    CONSTRAINT payout_events_payout_exists FOREIGN KEY (payout_id) REFERENCES settlement.payouts,
    CONSTRAINT payout_events_item_exists FOREIGN KEY (payout_id, item_number) REFERENCES settlement.payout_items,
    CONSTRAINT payout_events_kind_is_known CHECK (
        kind IN ('exported', 'submitted', 'settled', 'returned', 'reissued')
    ),
    CONSTRAINT payout_events_fit_item_or_payout CHECK ((item_number IS NOT NULL) = (kind IN ('returned', 'reissued'))),
    CONSTRAINT payout_events_return_says_why CHECK (
        (kind = 'returned') = (reason IS NOT NULL AND credit_ref IS NOT NULL)
    ),
    CONSTRAINT payout_events_money_names_journal CHECK ((journal_id IS NOT NULL) = (kind <> 'submitted'))
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['closings', 'settled_movements', 'statements', 'payouts', 'payout_items',
                                   'payout_lines', 'payout_events'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;

-- A settled payout has nothing in flight that could come back, and only what came back is paid anew. The operations
-- take turns at one advisory lock, so that this statement sees what was committed before.
CREATE FUNCTION settlement.check_payout_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN settlement.payout_events AS settled USING (payout_id)
        WHERE settled.kind = 'settled' AND added.kind IN ('exported', 'submitted', 'returned')
    ) OR EXISTS (
        SELECT FROM added WHERE added.kind = 'reissued' AND NOT EXISTS (
            SELECT FROM settlement.payout_events AS returned
            WHERE returned.payout_id = added.payout_id AND returned.item_number = added.item_number
              AND returned.kind = 'returned'
        )
    ) THEN
        RAISE EXCEPTION 'a payout takes no such step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_events_step_is_legal';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_events_are_checked AFTER INSERT ON settlement.payout_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.check_payout_events();

GRANT USAGE ON SCHEMA settlement TO kashiman_app, kashiman_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA settlement TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT INSERT ON ALL TABLES IN SCHEMA settlement TO kashiman_staff, kashiman_worker;
-- A shop reads its own statements through a process that never sees anybody's bank account.
GRANT SELECT ON settlement.closings, settlement.settled_movements, settlement.statements, settlement.payout_lines,
    settlement.payout_events TO kashiman_app;
GRANT SELECT (id, number, closing_id, reissues_payout_id, reissues_item_number, pay_day, journal_id, total_yen,
    item_count, file_name, file_sha256, created_at) ON settlement.payouts TO kashiman_app;
GRANT SELECT (payout_id, item_number, merchant_id, amount_yen) ON settlement.payout_items TO kashiman_app;
