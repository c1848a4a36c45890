-- Expiry in two steps, with a way back. What the books must learn for it comes first: a lot never expires early, and
-- what expired can come back whole, to a new lot in the same wallet.

INSERT INTO ledger.legal_moves (journal_kind, debit_kind, credit_kind, part) VALUES
    ('expiry_reversed', 'breakage_paid', 'lot', 'paid'),
    ('expiry_reversed', 'breakage_premium', 'lot', 'premium');

-- Transfers are checked and applied as a set: a batch of any size costs these few statements. Plans are made once and
-- held to index look-ups, because one plan serves a batch of one and a batch of a thousand.
CREATE OR REPLACE FUNCTION ledger.check_and_apply_transfers() RETURNS trigger
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
    issued_otherwise boolean;
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
               ('sale_cancelled', 'payment_voided', 'payment_refunded', 'hold_released', 'payout_returned',
               'expiry_reversed')))
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
    -- A lot is issued once and whole, before anything else touches it, and so is the lot that an expiry comes back to;
    -- a sale is taken back whole, and only if nothing else ever touched its lot. What the same batch spends of a new lot
    -- comes later in the order of the journals.
    IF kinds_added && ARRAY['voucher_sold', 'points_granted', 'sale_cancelled', 'expiry_reversed'] THEN
        -- Planned anew each time and for the whole answer: a kept plan, or one for the first row, walks every journal.
        EXECUTE $check$
            SELECT count(*) > 0 FROM (
                SELECT j.id, j.kind, j.sequence, j.corrects_id, l.account_id, l.issued_paid_yen, l.issued_premium_yen,
                       sum(t.paid_yen) AS paid_yen, sum(t.amount_yen - t.paid_yen) AS premium_yen
                FROM added AS t
                JOIN ledger.journals AS j ON j.id = t.journal_id
                    AND j.kind IN ('voucher_sold', 'points_granted', 'sale_cancelled', 'expiry_reversed')
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
        $check$ INTO issued_otherwise;
    END IF;
    IF issued_otherwise THEN
        RAISE EXCEPTION 'a lot is issued once and whole, and taken back whole and untouched'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_are_issued_once';
    END IF;

    -- No lot expires before its last day has ended in the city, whatever a program thinks the time is.
    IF kinds_added && ARRAY['lot_expired'] AND EXISTS (
        SELECT FROM added AS t
        JOIN ledger.journals AS j ON j.id = t.journal_id AND j.kind = 'lot_expired'
        JOIN ledger.lots AS l ON l.account_id = t.debit_account_id
        WHERE (j.event_at AT TIME ZONE 'Asia/Tokyo')::date <= l.last_day
    ) THEN
        RAISE EXCEPTION 'a lot expires before its last day has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_expire_after_their_last_day';
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

    IF NOT kinds_added && ARRAY['sale_cancelled', 'payment_voided', 'payment_refunded', 'hold_released',
        'payout_returned', 'expiry_reversed'] THEN
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

-- What lots hold: the reading interface of expiry and of reminders.
CREATE VIEW ledger.lots_with_value AS
    SELECT account_id AS lot_id, wallet_id, campaign_id, usable_at, first_day, last_day, grace_days, issued_at,
           paid_left_yen, premium_left_yen
    FROM ledger.lots WHERE paid_left_yen + premium_left_yen > 0;

-- Where the issued yen of each campaign are, by part: issued = used + held + expired + left.
CREATE VIEW ledger.campaign_lives AS
    WITH signs (journal_kind, issued, used, held, expired) AS (
        VALUES ('voucher_sold', 1, 0, 0, 0), ('points_granted', 1, 0, 0, 0), ('sale_cancelled', -1, 0, 0, 0),
               ('payment', 0, 1, 0, 0), ('payment_voided', 0, -1, 0, 0), ('payment_refunded', 0, -1, 0, 0),
               ('hold_placed', 0, 0, 1, 0), ('hold_released', 0, 0, -1, 0), ('hold_captured', 0, 1, -1, 0),
               ('lot_expired', 0, 0, 0, 1), ('expiry_reversed', 0, 0, 0, -1)
    ), flows AS (
        SELECT CASE WHEN d.kind = 'lot' THEN d.campaign_id ELSE c.campaign_id END AS campaign_id,
               j.kind AS journal_kind, sum(t.paid_yen) AS paid_yen, sum(t.amount_yen - t.paid_yen) AS premium_yen
        FROM ledger.transfers AS t
        JOIN ledger.journals AS j ON j.id = t.journal_id
        JOIN ledger.accounts AS d ON d.id = t.debit_account_id
        JOIN ledger.accounts AS c ON c.id = t.credit_account_id
        WHERE 'lot' IN (d.kind, c.kind) OR j.kind = 'hold_captured'
        GROUP BY 1, 2
    ), moved AS (
        SELECT f.campaign_id,
               sum(f.paid_yen * s.issued) AS issued_paid_yen, sum(f.premium_yen * s.issued) AS issued_premium_yen,
               sum(f.paid_yen * s.used) AS used_paid_yen, sum(f.premium_yen * s.used) AS used_premium_yen,
               sum(f.paid_yen * s.held) AS held_paid_yen, sum(f.premium_yen * s.held) AS held_premium_yen,
               sum(f.paid_yen * s.expired) AS expired_paid_yen, sum(f.premium_yen * s.expired) AS expired_premium_yen
        FROM flows AS f JOIN signs AS s USING (journal_kind) GROUP BY f.campaign_id
    ), lots AS (
        SELECT campaign_id, sum(paid_left_yen) AS left_paid_yen, sum(premium_left_yen) AS left_premium_yen
        FROM ledger.lots GROUP BY campaign_id
    )
    SELECT campaign_id, issued_paid_yen::bigint, issued_premium_yen::bigint, used_paid_yen::bigint,
           used_premium_yen::bigint, held_paid_yen::bigint, held_premium_yen::bigint, expired_paid_yen::bigint,
           expired_premium_yen::bigint, left_paid_yen::bigint, left_premium_yen::bigint
    FROM moved JOIN lots USING (campaign_id);

GRANT SELECT ON ledger.lots_with_value, ledger.campaign_lives TO kashiman_app, kashiman_auditor;

CREATE TABLE issuance.expiry_run_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO issuance.expiry_run_moves (from_state, to_state) VALUES
    ('planned', 'approved'), ('planned', 'replaced'), ('approved', 'done'), ('approved', 'stopped');

-- A run is a list of lots with what each held when the dry run was made; `digest` is the SHA-256 of that list.
CREATE TABLE issuance.expiry_runs (
    id uuid PRIMARY KEY,
    through_day date NOT NULL,
    digest text NOT NULL,
    state text NOT NULL,
    planned_by uuid NOT NULL,
    planned_at timestamptz NOT NULL,
    approved_by uuid,
    approved_at timestamptz,
    CONSTRAINT expiry_runs_state_is_known CHECK (state IN ('planned', 'approved', 'replaced', 'done', 'stopped')),
    CONSTRAINT expiry_runs_digest_is_sha256 CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT expiry_runs_need_two_people CHECK (
        approved_by <> planned_by AND (approved_by IS NOT NULL OR state IN ('planned', 'replaced'))
    ),
    CONSTRAINT expiry_runs_approval_is_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE UNIQUE INDEX expiry_runs_one_of_a_kind_open ON issuance.expiry_runs (state)
    WHERE state IN ('planned', 'approved');

CREATE TABLE issuance.expiry_run_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL,
    from_state text,
    to_state text NOT NULL,
    by uuid,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT expiry_run_events_run_exists FOREIGN KEY (run_id) REFERENCES issuance.expiry_runs,
    CONSTRAINT expiry_run_events_move_is_legal FOREIGN KEY (from_state, to_state) REFERENCES issuance.expiry_run_moves
);
CREATE INDEX expiry_run_events_run ON issuance.expiry_run_events (run_id);

-- The list and its sums are taken from one snapshot before the run is written, so their keys are looked at last.
CREATE TABLE issuance.expiry_run_lots (
    run_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    position integer NOT NULL,
    wallet_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    last_day date NOT NULL,
    paid_yen bigint NOT NULL,
    premium_yen bigint NOT NULL,
    PRIMARY KEY (run_id, lot_id),
    CONSTRAINT expiry_run_lots_run_exists FOREIGN KEY (run_id) REFERENCES issuance.expiry_runs
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT expiry_run_lots_position_is_unique UNIQUE (run_id, position),
    CONSTRAINT expiry_run_lots_hold_value CHECK (paid_yen >= 0 AND premium_yen >= 0 AND paid_yen + premium_yen > 0)
);

-- The break-even report: what was issued, used, held, expired before, and left, of which so much is due now.
CREATE TABLE issuance.expiry_run_campaigns (
    run_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lots integer NOT NULL,
    due_paid_yen bigint NOT NULL,
    due_premium_yen bigint NOT NULL,
    issued_paid_yen bigint NOT NULL,
    issued_premium_yen bigint NOT NULL,
    used_paid_yen bigint NOT NULL,
    used_premium_yen bigint NOT NULL,
    held_paid_yen bigint NOT NULL,
    held_premium_yen bigint NOT NULL,
    expired_paid_yen bigint NOT NULL,
    expired_premium_yen bigint NOT NULL,
    left_paid_yen bigint NOT NULL,
    left_premium_yen bigint NOT NULL,
    PRIMARY KEY (run_id, campaign_id),
    CONSTRAINT expiry_run_campaigns_run_exists FOREIGN KEY (run_id) REFERENCES issuance.expiry_runs
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT expiry_run_campaigns_break_even CHECK (
        issued_paid_yen = used_paid_yen + held_paid_yen + expired_paid_yen + left_paid_yen
        AND issued_premium_yen = used_premium_yen + held_premium_yen + expired_premium_yen + left_premium_yen
    ),
    CONSTRAINT expiry_run_campaigns_due_is_left CHECK (
        lots > 0 AND due_paid_yen BETWEEN 0 AND left_paid_yen AND due_premium_yen BETWEEN 0 AND left_premium_yen
    )
);

CREATE TABLE issuance.expired_lots (
    run_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    expired_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, lot_id),
    CONSTRAINT expired_lots_were_planned FOREIGN KEY (run_id, lot_id) REFERENCES issuance.expiry_run_lots,
    CONSTRAINT expired_lots_journal_is_unique UNIQUE (journal_id)
);

CREATE TABLE issuance.expiry_reversal_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO issuance.expiry_reversal_moves (from_state, to_state) VALUES
    ('asked', 'confirmed'), ('confirmed', 'done'), ('confirmed', 'stopped');

-- A reversal gives back what a run took: all of it, one wallet's, or one lot's, usable until `last_day`.
CREATE TABLE issuance.expiry_reversals (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL,
    reason text NOT NULL,
    last_day date NOT NULL,
    state text NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    confirmed_by uuid,
    confirmed_at timestamptz,
    stopped_because text,
    CONSTRAINT expiry_reversals_run_exists FOREIGN KEY (run_id) REFERENCES issuance.expiry_runs,
    CONSTRAINT expiry_reversals_state_is_known CHECK (state IN ('asked', 'confirmed', 'done', 'stopped')),
    CONSTRAINT expiry_reversals_have_a_reason CHECK (reason ~ '\S'),
    CONSTRAINT expiry_reversals_need_two_people CHECK (
        confirmed_by <> asked_by AND (confirmed_by IS NOT NULL OR state = 'asked')
    ),
    CONSTRAINT expiry_reversals_confirmation_is_whole CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT expiry_reversals_stop_has_a_reason CHECK ((state = 'stopped') = (stopped_because IS NOT NULL))
);
CREATE INDEX expiry_reversals_run ON issuance.expiry_reversals (run_id);

CREATE TABLE issuance.expiry_reversal_lots (
    reversal_id uuid NOT NULL,
    run_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (reversal_id, lot_id),
    CONSTRAINT expiry_reversal_lots_reversal_exists FOREIGN KEY (reversal_id) REFERENCES issuance.expiry_reversals,
    CONSTRAINT expiry_reversal_lots_expired FOREIGN KEY (run_id, lot_id) REFERENCES issuance.expired_lots
);
CREATE INDEX expiry_reversal_lots_lot ON issuance.expiry_reversal_lots (lot_id);

CREATE TABLE issuance.reversed_lots (
    reversal_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    new_lot_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    reversed_at timestamptz NOT NULL,
    PRIMARY KEY (reversal_id, lot_id),
    CONSTRAINT reversed_lots_were_asked_for FOREIGN KEY (reversal_id, lot_id)
        REFERENCES issuance.expiry_reversal_lots,
    CONSTRAINT reversed_lots_once UNIQUE (lot_id),
    CONSTRAINT reversed_lots_journal_is_unique UNIQUE (journal_id)
);

CREATE FUNCTION issuance.check_expiry_reversal_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM issuance.expiry_reversal_moves WHERE from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a reversal of an expiry cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expiry_reversals_move_is_legal';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER expiry_reversals_move_is_legal BEFORE UPDATE ON issuance.expiry_reversals
    FOR EACH ROW EXECUTE FUNCTION issuance.check_expiry_reversal_move();
CREATE TRIGGER expiry_reversals_facts_stay BEFORE UPDATE OF id, run_id, reason, last_day, asked_by, asked_at
    ON issuance.expiry_reversals FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER expiry_reversals_confirmation_stays BEFORE UPDATE ON issuance.expiry_reversals FOR EACH ROW
    WHEN (OLD.confirmed_by IS NOT NULL
        AND (OLD.confirmed_by, OLD.confirmed_at) IS DISTINCT FROM (NEW.confirmed_by, NEW.confirmed_at))
    EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION issuance.check_expiry_run_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM issuance.expiry_run_moves WHERE from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an expiry run cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expiry_runs_move_is_legal';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER expiry_runs_move_is_legal BEFORE UPDATE ON issuance.expiry_runs
    FOR EACH ROW EXECUTE FUNCTION issuance.check_expiry_run_move();
CREATE TRIGGER expiry_runs_facts_stay BEFORE UPDATE OF id, through_day, digest, planned_by, planned_at
    ON issuance.expiry_runs FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER expiry_runs_approval_stays BEFORE UPDATE ON issuance.expiry_runs FOR EACH ROW
    WHEN (OLD.approved_by IS NOT NULL
        AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at))
    EXECUTE FUNCTION ledger.refuse_change();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['expiry_run_moves', 'expiry_run_events', 'expiry_run_lots', 'expiry_run_campaigns',
        'expired_lots', 'expiry_reversal_moves', 'expiry_reversal_lots', 'reversed_lots'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['expiry_runs', 'expiry_reversals'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;

GRANT SELECT ON issuance.expiry_run_moves, issuance.expiry_runs, issuance.expiry_run_events, issuance.expiry_run_lots,
    issuance.expiry_run_campaigns, issuance.expired_lots, issuance.expiry_reversal_moves, issuance.expiry_reversals,
    issuance.expiry_reversal_lots, issuance.reversed_lots TO kashiman_staff, kashiman_worker, kashiman_auditor;
GRANT INSERT ON issuance.expiry_runs, issuance.expiry_run_lots, issuance.expiry_run_campaigns,
    issuance.expiry_reversals, issuance.expiry_reversal_lots TO kashiman_staff;
GRANT UPDATE (state, approved_by, approved_at) ON issuance.expiry_runs TO kashiman_staff;
GRANT UPDATE (state, confirmed_by, confirmed_at) ON issuance.expiry_reversals TO kashiman_staff;
GRANT INSERT ON issuance.expiry_run_events TO kashiman_staff, kashiman_worker;
GRANT UPDATE (state) ON issuance.expiry_runs TO kashiman_worker;
GRANT UPDATE (state, stopped_because) ON issuance.expiry_reversals TO kashiman_worker;
GRANT INSERT ON issuance.expired_lots, issuance.reversed_lots TO kashiman_worker;
