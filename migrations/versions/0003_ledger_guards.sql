-- What must hold whoever writes: legal moves, lots that never go below zero, reversals that never exceed what was
-- taken, closed periods, and history that nobody changes.

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: history is only added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['accounts', 'journals', 'transfers', 'decisions', 'period_closes', 'legal_moves', 'account_kinds'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;

CREATE TRIGGER lots_stay BEFORE DELETE OR TRUNCATE ON ledger.lots
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER lots_terms_stay BEFORE UPDATE OF
        account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at, first_day, last_day,
        grace_days, issued_at, succeeds_lot_id ON ledger.lots
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER holds_stay BEFORE DELETE OR TRUNCATE ON ledger.holds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER holds_terms_stay BEFORE UPDATE OF
        account_id, wallet_id, placed_journal_id, amount_yen, deadline_at ON ledger.holds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- A journal is dated into an open period, and only ever written together with its transfers.
CREATE FUNCTION ledger.check_journals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    earliest_day date;
    is_foreign boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7001);
    SELECT min((event_at AT TIME ZONE 'Asia/Tokyo')::date),
           bool_or(transaction_id <> pg_current_xact_id() OR recorded_at <> now())
    INTO earliest_day, is_foreign FROM added;
    IF earliest_day <= (SELECT max(closed_through) FROM ledger.period_closes) THEN
        RAISE EXCEPTION 'a journal is dated into a closed period'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_period_is_open';
    END IF;
    IF is_foreign THEN
        RAISE EXCEPTION 'a journal carries another transaction or another recording time than its own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_are_recorded_now';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journals_are_checked AFTER INSERT ON ledger.journals
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_journals();

-- A lot's row agrees with its account.
CREATE FUNCTION ledger.check_lots() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added AS l JOIN ledger.accounts AS a ON a.id = l.account_id
        WHERE a.kind <> 'lot' OR a.campaign_id IS DISTINCT FROM l.campaign_id
    ) THEN
        RAISE EXCEPTION 'a lot and its account differ'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_agree_with_account';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lots_are_checked AFTER INSERT ON ledger.lots
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_lots();

-- Transfers are checked and applied as a set: a batch of any size costs these few statements. Plans are made once and
-- held to index look-ups, because one plan serves a batch of one and a batch of a thousand.
CREATE FUNCTION ledger.check_and_apply_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
    journal_ids uuid[];
    debits uuid[];
    credits uuid[];
    amounts bigint[];
    paid bigint[];
    reversed_lines smallint[];
    illegal text;
    kinds_added text[];
    reversals_named boolean;
    lots_touched bigint;
    lots_moved bigint;
    holds_moved bigint;
BEGIN
    -- Statements over arrays keep their plans; one over the transition table is planned anew every time.
    SELECT array_agg(journal_id), array_agg(debit_account_id), array_agg(credit_account_id), array_agg(amount_yen),
           array_agg(paid_yen), array_agg(reverses_line)
    INTO journal_ids, debits, credits, amounts, paid, reversed_lines FROM added;

    SELECT min(concat_ws(' ', j.kind, d.kind, '->', c.kind)) FILTER (
               WHERE m.journal_kind IS NULL
                  OR d.campaign_id <> c.campaign_id
                  OR (m.part = 'paid' AND t.paid_yen <> t.amount_yen)
                  OR (m.part = 'premium' AND t.paid_yen <> 0)
           ),
           array_agg(DISTINCT j.kind),
           bool_and((t.reverses_line IS NOT NULL) = (j.kind IN
               ('sale_cancelled', 'payment_voided', 'payment_refunded', 'hold_released', 'payout_returned')))
    INTO illegal, kinds_added, reversals_named
    FROM unnest(journal_ids, debits, credits, amounts, paid, reversed_lines)
        AS t (journal_id, debit_account_id, credit_account_id, amount_yen, paid_yen, reverses_line)
    LEFT JOIN ledger.journals AS j ON j.id = t.journal_id AND j.transaction_id = pg_current_xact_id()
    LEFT JOIN ledger.accounts AS d ON d.id = t.debit_account_id
    LEFT JOIN ledger.accounts AS c ON c.id = t.credit_account_id
    LEFT JOIN ledger.legal_moves AS m
        ON m.journal_kind = j.kind AND m.debit_kind = d.kind AND m.credit_kind = c.kind;
    IF illegal IS NOT NULL THEN
        RAISE EXCEPTION 'move not allowed: %', illegal
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfers_move_is_legal';
    END IF;

    WITH legs AS (
        SELECT debit AS account_id, -paid_yen AS paid_yen, paid_yen - amount_yen AS premium_yen
        FROM unnest(debits, amounts, paid) AS t (debit, amount_yen, paid_yen)
        UNION ALL
        SELECT credit, paid_yen, amount_yen - paid_yen
        FROM unnest(credits, amounts, paid) AS t (credit, amount_yen, paid_yen)
    ), sums AS (
        SELECT account_id, sum(paid_yen)::bigint AS paid_yen, sum(premium_yen)::bigint AS premium_yen
        FROM legs GROUP BY account_id
    ), kinds AS (
        SELECT sums.*, a.kind FROM sums JOIN ledger.accounts AS a ON a.id = sums.account_id WHERE a.kind IN ('lot', 'held')
    ), lots AS (
        UPDATE ledger.lots AS l
        SET paid_left_yen = l.paid_left_yen + kinds.paid_yen, premium_left_yen = l.premium_left_yen + kinds.premium_yen
        FROM kinds WHERE kinds.kind = 'lot' AND l.account_id = kinds.account_id
        RETURNING 1
    ), holds AS (
        UPDATE ledger.holds AS h
        SET paid_left_yen = h.paid_left_yen + kinds.paid_yen, premium_left_yen = h.premium_left_yen + kinds.premium_yen
        FROM kinds WHERE kinds.kind = 'held' AND h.account_id = kinds.account_id
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM kinds), (SELECT count(*) FROM lots), (SELECT count(*) FROM holds)
    INTO lots_touched, lots_moved, holds_moved;
    IF lots_touched <> lots_moved + holds_moved THEN
        RAISE EXCEPTION 'a transfer touches a lot or a hold that was never issued'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfers_lot_exists';
    END IF;

    -- What follows concerns few kinds of journals, and a batch of payments none of them.
    -- A lot is issued once and whole, before anything else touches it; its sale is taken back whole, and only if
    -- nothing else ever did. What the same batch spends of a new lot comes later in the order of the journals.
    IF kinds_added && ARRAY['voucher_sold', 'points_granted', 'sale_cancelled'] AND EXISTS (
        SELECT FROM (
            SELECT j.id, j.kind, j.sequence, j.corrects_id, l.account_id, l.issued_paid_yen, l.issued_premium_yen,
                   sum(t.paid_yen) AS paid_yen, sum(t.amount_yen - t.paid_yen) AS premium_yen
            FROM added AS t
            JOIN ledger.journals AS j ON j.id = t.journal_id
                AND j.kind IN ('voucher_sold', 'points_granted', 'sale_cancelled')
            JOIN ledger.lots AS l ON l.account_id IN (t.debit_account_id, t.credit_account_id)
            GROUP BY j.id, l.account_id
        ) AS j
        WHERE j.paid_yen <> j.issued_paid_yen OR j.premium_yen <> j.issued_premium_yen
           OR EXISTS (
               SELECT FROM (
                   SELECT journal_id FROM ledger.transfers WHERE credit_account_id = j.account_id
                   UNION ALL SELECT journal_id FROM ledger.transfers WHERE debit_account_id = j.account_id
               ) AS other
               JOIN ledger.journals AS oj ON oj.id = other.journal_id
               WHERE other.journal_id <> j.id AND CASE j.kind
                   WHEN 'sale_cancelled' THEN other.journal_id IS DISTINCT FROM j.corrects_id
                   ELSE oj.sequence < j.sequence
                        OR NOT EXISTS (SELECT FROM added AS t WHERE t.journal_id = other.journal_id)
               END
           )
    ) THEN
        RAISE EXCEPTION 'a lot is issued once and whole, and taken back whole and untouched'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_are_issued_once';
    END IF;

    -- Whatever leaves a payout was in flight. Those who take from one payout wait for each other at its account; only
    -- a statement that starts after the wait sees what the others took.
    IF kinds_added && ARRAY['payout_settled', 'payout_returned'] THEN
        PERFORM FROM ledger.lock_payouts(ARRAY(SELECT debit_account_id FROM added));
    END IF;
    IF kinds_added && ARRAY['payout_settled', 'payout_returned'] AND EXISTS (
        SELECT FROM ledger.accounts AS a
        WHERE a.id IN (SELECT debit_account_id FROM added) AND a.kind = 'payout_in_flight'
          AND (SELECT coalesce(sum(amount_yen), 0) FROM ledger.transfers WHERE credit_account_id = a.id)
            < (SELECT coalesce(sum(amount_yen), 0) FROM ledger.transfers WHERE debit_account_id = a.id)
    ) THEN
        RAISE EXCEPTION 'more leaves a payout than was in flight'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payouts_never_below_zero';
    END IF;

    IF NOT reversals_named THEN
        RAISE EXCEPTION 'a reversal names the line that it reverses, and nothing else does'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfers_reversals_name_their_line';
    END IF;

    IF NOT kinds_added && ARRAY['sale_cancelled', 'payment_voided', 'payment_refunded', 'hold_released', 'payout_returned'] THEN
        RETURN NULL;
    END IF;

    -- Reversals of one journal wait for each other at its row; this later statement sees what committed before.
    PERFORM FROM ledger.journals WHERE id IN (
        SELECT j.corrects_id FROM added AS t JOIN ledger.journals AS j ON j.id = t.journal_id
        WHERE t.reverses_line IS NOT NULL
    ) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        WITH touched AS (
            SELECT DISTINCT j.corrects_id, t.reverses_line
            FROM added AS t JOIN ledger.journals AS j ON j.id = t.journal_id
            WHERE t.reverses_line IS NOT NULL
        ), reversed AS (
            SELECT touched.corrects_id, touched.reverses_line,
                   sum(r.amount_yen) AS amount_yen, sum(r.paid_yen) AS paid_yen,
                   bool_and(r.debit_account_id = o.credit_account_id AND (
                       r.credit_account_id = o.debit_account_id
                       OR EXISTS (SELECT FROM ledger.lots AS l JOIN ledger.lots AS before
                                  ON before.account_id = l.succeeds_lot_id AND before.wallet_id = l.wallet_id
                                  WHERE l.account_id = r.credit_account_id AND l.succeeds_lot_id = o.debit_account_id)
                   )) AS goes_back
            FROM touched
            JOIN ledger.transfers AS o ON o.journal_id = touched.corrects_id AND o.line = touched.reverses_line
            JOIN ledger.journals AS rj ON rj.corrects_id = touched.corrects_id
            JOIN ledger.transfers AS r ON r.journal_id = rj.id AND r.reverses_line = touched.reverses_line
            GROUP BY touched.corrects_id, touched.reverses_line
        )
        SELECT FROM touched
        LEFT JOIN reversed USING (corrects_id, reverses_line)
        LEFT JOIN ledger.transfers AS o ON o.journal_id = touched.corrects_id AND o.line = touched.reverses_line
        WHERE reversed.amount_yen IS NULL OR NOT reversed.goes_back
           OR reversed.amount_yen > o.amount_yen
           OR reversed.paid_yen > o.paid_yen
           OR reversed.amount_yen - reversed.paid_yen > o.amount_yen - o.paid_yen
    ) THEN
        RAISE EXCEPTION 'a reversal gives back more than was taken, or to somebody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfers_reverse_what_was_taken';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfers_are_checked_and_applied AFTER INSERT ON ledger.transfers
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_and_apply_transfers();

-- The application may lock lots and holds but not change them: their figures move with transfers only. Rows come
-- locked in the order of their ids. The shared advisory lock lets a period close wait for postings under way.
CREATE FUNCTION ledger.lock_lots(wallet_ids uuid[], lot_ids uuid[], journal_ids uuid[], hold_ids uuid[])
RETURNS SETOF ledger.lots
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 100
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7001);
    IF cardinality(lot_ids) + cardinality(journal_ids) + cardinality(hold_ids) = 0 THEN
        RETURN QUERY
        SELECT * FROM ledger.lots WHERE wallet_id = ANY (wallet_ids) ORDER BY account_id FOR NO KEY UPDATE;
        RETURN;
    END IF;
    PERFORM FROM ledger.journals WHERE id = ANY (journal_ids) ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT l.* FROM ledger.lots AS l
    WHERE l.account_id IN (
        SELECT account_id FROM ledger.lots WHERE wallet_id = ANY (wallet_ids)
        UNION SELECT unnest(lot_ids)
        UNION SELECT debit_account_id FROM ledger.transfers WHERE journal_id = ANY (journal_ids)
        UNION SELECT credit_account_id FROM ledger.transfers WHERE journal_id = ANY (journal_ids)
        UNION SELECT t.debit_account_id FROM ledger.holds AS h
              JOIN ledger.transfers AS t ON t.journal_id = h.placed_journal_id
              WHERE h.account_id = ANY (hold_ids)
    ) ORDER BY l.account_id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION ledger.lock_holds(hold_ids uuid[]) RETURNS SETOF ledger.holds
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ledger.holds WHERE account_id = ANY (hold_ids) ORDER BY account_id FOR NO KEY UPDATE;
$$;

CREATE FUNCTION ledger.lock_payouts(account_ids uuid[]) RETURNS SETOF ledger.accounts
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ledger.accounts WHERE id = ANY (account_ids) AND kind = 'payout_in_flight'
    ORDER BY id FOR NO KEY UPDATE;
$$;

-- What shops are owed, one row per movement: the reading interface of settlement.
CREATE VIEW ledger.payable_movements AS
    SELECT t.journal_id, t.line, a.merchant_id, a.campaign_id, j.kind AS journal_kind, j.event_at, j.recorded_at,
           t.amount_yen, t.paid_yen, t.transaction_id
    FROM ledger.transfers AS t
    JOIN ledger.accounts AS a ON a.id = t.credit_account_id AND a.kind = 'merchant_payable'
    JOIN ledger.journals AS j ON j.id = t.journal_id
    WHERE j.kind <> 'payout_returned'
    UNION ALL
    SELECT t.journal_id, t.line, a.merchant_id, a.campaign_id, j.kind, j.event_at, j.recorded_at,
           -t.amount_yen, -t.paid_yen, t.transaction_id
    FROM ledger.transfers AS t
    JOIN ledger.accounts AS a ON a.id = t.debit_account_id AND a.kind = 'merchant_payable'
    JOIN ledger.journals AS j ON j.id = t.journal_id
    WHERE j.kind <> 'settlement_closed';

GRANT USAGE ON SCHEMA ledger TO kashiman_app, kashiman_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO kashiman_app, kashiman_auditor;
GRANT INSERT (id, kind, campaign_id, merchant_id, reference) ON ledger.accounts TO kashiman_app;
GRANT INSERT (id, kind, event_at, corrects_id) ON ledger.journals TO kashiman_app;
GRANT INSERT (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen, reverses_line)
    ON ledger.transfers TO kashiman_app;
GRANT INSERT (account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at, first_day, last_day,
    grace_days, issued_at, succeeds_lot_id) ON ledger.lots TO kashiman_app;
GRANT INSERT (account_id, wallet_id, placed_journal_id, amount_yen, deadline_at) ON ledger.holds TO kashiman_app;
GRANT INSERT (key, fingerprint, journal_id, refusal_code, refusal_facts) ON ledger.decisions TO kashiman_app;
GRANT INSERT (closed_through, closed_by) ON ledger.period_closes TO kashiman_staff;
GRANT INSERT, UPDATE ON ledger.account_totals TO kashiman_worker;
GRANT UPDATE (before_transaction_id) ON ledger.totals_cursor TO kashiman_worker;
REVOKE ALL ON FUNCTION ledger.lock_lots, ledger.lock_holds, ledger.lock_payouts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.lock_lots, ledger.lock_holds, ledger.lock_payouts TO kashiman_app;
