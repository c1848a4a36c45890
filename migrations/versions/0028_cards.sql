-- Paper cards of residents without a phone: a printed code, known by its digest alone, and a PIN above a limit. The value
-- stays in the wallet; a card only finds it.

ALTER TABLE payments.payments DROP CONSTRAINT payments_channel_is_known;
ALTER TABLE payments.payments ADD CONSTRAINT payments_channel_is_known
    CHECK (channel IN ('mpm_static', 'mpm_dynamic', 'cpm', 'card'));

-- A card with three misses is not active: only the counter unfreezes it.
CREATE TABLE payments.cards (
    id uuid PRIMARY KEY,
    wallet_id uuid NOT NULL,
    serial text NOT NULL,
    secret_digest bytea NOT NULL,
    pin_digest bytea,
    has_pin boolean NOT NULL GENERATED ALWAYS AS (pin_digest IS NOT NULL) STORED,
    pin_misses smallint NOT NULL DEFAULT 0,
    limit_payment_yen bigint NOT NULL,
    limit_day_yen bigint NOT NULL,
    state text NOT NULL DEFAULT 'active',
    replaces uuid,
    issued_at timestamptz NOT NULL,
    CONSTRAINT cards_id_and_wallet UNIQUE (id, wallet_id),
    CONSTRAINT cards_serial_is_one UNIQUE (serial),
    CONSTRAINT cards_secret_is_one UNIQUE (secret_digest),
    CONSTRAINT cards_replaces_one UNIQUE (replaces),
    CONSTRAINT cards_replaces_a_card_of_the_wallet FOREIGN KEY (replaces, wallet_id)
        REFERENCES payments.cards (id, wallet_id),
    CONSTRAINT cards_serial_is_written CHECK (serial ~ '^[0-9]{10}$'),
    CONSTRAINT cards_digests_are_sha256 CHECK (octet_length(secret_digest) = 32 AND octet_length(pin_digest) = 32),
    CONSTRAINT cards_state_is_known CHECK (state IN ('active', 'frozen', 'replaced', 'ended')),
    CONSTRAINT cards_limits_fit CHECK (limit_payment_yen BETWEEN 0 AND limit_day_yen),
    CONSTRAINT cards_misses_freeze CHECK (pin_misses BETWEEN 0 AND 2 OR pin_misses = 3 AND state <> 'active')
);
CREATE UNIQUE INDEX cards_one_in_use ON payments.cards (wallet_id) WHERE state IN ('active', 'frozen');
CREATE INDEX cards_wallet ON payments.cards (wallet_id, issued_at);

-- Who did what to a card, and in which state that left it. `actor_id` is a member of staff, the card's own wallet, or the
-- shop's user at the till where the third wrong PIN was typed.
CREATE TABLE payments.card_events (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    card_id uuid NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT card_events_card_exists FOREIGN KEY (card_id) REFERENCES payments.cards,
    CONSTRAINT card_events_step_is_known
        CHECK (step IN ('issued', 'pin_set', 'frozen', 'locked', 'unfrozen', 'replaced', 'ended')),
    CONSTRAINT card_events_state_is_known CHECK (state IN ('active', 'frozen', 'replaced', 'ended')),
    CONSTRAINT card_events_reason_is_known CHECK (reason IN (
        'no_phone', 'wished', 'lost', 'stolen', 'damaged', 'code_seen', 'pin_forgotten', 'pin_missed', 'found_again',
        'moved_away', 'died'
    )),
    CONSTRAINT card_events_actor_is_known CHECK (actor_kind IN ('staff', 'holder', 'till'))
);
CREATE INDEX card_events_card ON payments.card_events (card_id, number);

-- A wrong PIN counts although the payment is refused; one attempt counts once, however often its answer is asked for.
CREATE TABLE payments.card_pin_misses (
    attempt_id uuid PRIMARY KEY,
    card_id uuid NOT NULL,
    store_id uuid NOT NULL,
    missed_at timestamptz NOT NULL,
    CONSTRAINT card_pin_misses_card_exists FOREIGN KEY (card_id) REFERENCES payments.cards
);
CREATE INDEX card_pin_misses_card ON payments.card_pin_misses (card_id);

CREATE TABLE payments.card_payments (
    payment_id uuid PRIMARY KEY,
    card_id uuid NOT NULL,
    with_pin boolean NOT NULL,
    CONSTRAINT card_payments_payment_exists FOREIGN KEY (payment_id) REFERENCES payments.payments,
    CONSTRAINT card_payments_card_exists FOREIGN KEY (card_id) REFERENCES payments.cards
);
CREATE INDEX card_payments_card ON payments.card_payments (card_id);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['card_events', 'card_pin_misses', 'card_payments'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
END $$;
CREATE TRIGGER cards_stay BEFORE DELETE OR TRUNCATE ON payments.cards
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER cards_terms_stay BEFORE UPDATE OF
        id, wallet_id, serial, secret_digest, limit_payment_yen, limit_day_yen, replaces, issued_at ON payments.cards
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TABLE payments.card_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO payments.card_moves (from_state, to_state) VALUES
    ('active', 'frozen'), ('active', 'replaced'), ('active', 'ended'),
    ('frozen', 'active'), ('frozen', 'replaced'), ('frozen', 'ended');
CREATE TRIGGER card_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.card_moves
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- A card begins active, and what was replaced or ended stays as it is.
CREATE FUNCTION payments.check_card_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state = 'active' AND NEW.pin_misses = 0
        OR TG_OP = 'UPDATE' AND NEW.state = OLD.state AND OLD.state IN ('active', 'frozen')
        OR TG_OP = 'UPDATE' AND EXISTS (
            SELECT FROM payments.card_moves WHERE from_state = OLD.state AND to_state = NEW.state
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a card cannot move to the state %', NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cards_moves_are_legal';
END $$;
CREATE TRIGGER cards_moves_are_legal BEFORE INSERT OR UPDATE ON payments.cards
    FOR EACH ROW EXECUTE FUNCTION payments.check_card_move();

-- At the end of the transaction the newest event tells the state, and a card is replaced exactly when another stands for
-- it.
CREATE FUNCTION payments.check_card_is_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM payments.cards AS c
        WHERE c.id = NEW.id AND c.state IS DISTINCT FROM (
            SELECT e.state FROM payments.card_events AS e WHERE e.card_id = c.id ORDER BY e.number DESC LIMIT 1
        )
    ) THEN
        RAISE EXCEPTION 'nobody is recorded who brought a card into this state'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cards_states_are_told';
    END IF;
    IF EXISTS (
        SELECT FROM payments.cards AS c
        WHERE c.id IN (NEW.id, NEW.replaces)
          AND (c.state = 'replaced') <> EXISTS (SELECT FROM payments.cards AS n WHERE n.replaces = c.id)
    ) THEN
        RAISE EXCEPTION 'a card is replaced when another one takes its place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cards_are_replaced_by_cards';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cards_states_are_told AFTER INSERT OR UPDATE OF state ON payments.cards
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_card_is_told();

-- Who pays with a card holds it locked until the payment is committed, so that freezing it comes before or after. Without
-- the PIN a card pays up to its limits, and the day is that of the city.
CREATE FUNCTION payments.check_card_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    card payments.cards%ROWTYPE;
    payment payments.payments%ROWTYPE;
    spent_yen bigint;
BEGIN
    SELECT * INTO card FROM payments.cards WHERE id = NEW.card_id FOR NO KEY UPDATE;
    SELECT * INTO payment FROM payments.payments WHERE id = NEW.payment_id;
    IF payment.channel IS DISTINCT FROM 'card' OR payment.wallet_id IS DISTINCT FROM card.wallet_id THEN
        RAISE EXCEPTION 'a card pays from its own wallet'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_payments_of_own_wallet';
    END IF;
    IF card.state <> 'active' THEN
        RAISE EXCEPTION 'a card that is % does not pay', card.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_payments_of_active_cards';
    END IF;
    IF NEW.with_pin THEN
        IF card.has_pin THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'a card without a PIN was paid with by PIN'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_payments_with_a_pin';
    END IF;
    SELECT sum(p.amount_yen) INTO spent_yen
    FROM payments.card_payments AS c JOIN payments.payments AS p ON p.id = c.payment_id
    WHERE c.card_id = NEW.card_id AND NOT c.with_pin
      AND (p.paid_at AT TIME ZONE 'Asia/Tokyo')::date = (payment.paid_at AT TIME ZONE 'Asia/Tokyo')::date;
    IF payment.amount_yen > card.limit_payment_yen OR spent_yen > card.limit_day_yen THEN
        RAISE EXCEPTION 'a card pays more than its limits without its PIN'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_payments_within_limits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER card_payments_are_legal AFTER INSERT ON payments.card_payments
    FOR EACH ROW EXECUTE FUNCTION payments.check_card_payment();

CREATE FUNCTION payments.check_payment_names_its_card() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments.card_payments WHERE payment_id = NEW.id) THEN
        RAISE EXCEPTION 'a payment with a card names no card'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_name_their_card';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_name_their_card AFTER INSERT ON payments.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.channel = 'card')
    EXECUTE FUNCTION payments.check_payment_names_its_card();

REVOKE ALL ON FUNCTION payments.check_card_move, payments.check_card_is_told, payments.check_card_payment,
    payments.check_payment_names_its_card FROM PUBLIC;

-- A shop's process compares PINs and counts misses, staff sets PINs and never reads one back, and only staff issues.
GRANT SELECT (id, wallet_id, serial, has_pin, pin_misses, limit_payment_yen, limit_day_yen, state, replaces, issued_at)
    ON payments.cards TO kashiman_pay, kashiman_staff, kashiman_auditor;
GRANT SELECT (secret_digest, pin_digest), UPDATE (state, pin_misses) ON payments.cards TO kashiman_pay;
GRANT SELECT (secret_digest), UPDATE (state, pin_misses, pin_digest) ON payments.cards TO kashiman_staff;
GRANT INSERT (id, wallet_id, serial, secret_digest, pin_digest, limit_payment_yen, limit_day_yen, replaces, issued_at)
    ON payments.cards TO kashiman_staff;
GRANT SELECT ON payments.card_events, payments.card_pin_misses, payments.card_payments, payments.card_moves
    TO kashiman_pay, kashiman_staff, kashiman_auditor;
GRANT INSERT (card_id, step, state, reason, actor_kind, actor_id, at) ON payments.card_events
    TO kashiman_pay, kashiman_staff;
GRANT INSERT ON payments.card_pin_misses, payments.card_payments TO kashiman_pay;
