-- What residents are told, and by which door. A notice knows a wallet and never a name; it is made once for its subject
-- and day, whoever makes it and however often.

CREATE TABLE issuance.notices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    wallet_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    day date NOT NULL,
    facts jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT notices_once UNIQUE (kind, subject, day),
    CONSTRAINT notices_kind_is_known CHECK (
        kind IN ('value_expires', 'pay_window_ends', 'draw_result', 'waiting_list_offer')
    ),
    CONSTRAINT notices_facts_are_an_object CHECK (jsonb_typeof(facts) = 'object')
);
CREATE INDEX notices_wallet ON issuance.notices (wallet_id, made_at);

CREATE TABLE issuance.notice_preferences (
    wallet_id uuid PRIMARY KEY,
    door text NOT NULL,
    chosen_at timestamptz NOT NULL,
    CONSTRAINT notice_preferences_door_is_known CHECK (door IN ('inbox', 'line', 'email'))
);

-- One delivery per notice: the door the resident had chosen, the door it went through in the end, and when.
CREATE TABLE issuance.notice_deliveries (
    notice_id uuid PRIMARY KEY,
    chosen_door text NOT NULL,
    door text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    delivered_at timestamptz,
    CONSTRAINT notice_deliveries_notice_exists FOREIGN KEY (notice_id) REFERENCES issuance.notices,
    CONSTRAINT notice_deliveries_door_is_known CHECK (
        chosen_door IN ('inbox', 'line', 'email') AND (door = chosen_door OR door = 'inbox')
    ),
    CONSTRAINT notice_deliveries_attempts_fit CHECK (attempts >= 0),
    CONSTRAINT notice_deliveries_inbox_is_at_once CHECK (door <> 'inbox' OR delivered_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX notice_deliveries_due ON issuance.notice_deliveries (next_at) WHERE delivered_at IS NULL;

CREATE TABLE issuance.notice_attempts (
    notice_id uuid NOT NULL,
    number integer NOT NULL,
    door text NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (notice_id, number),
    CONSTRAINT notice_attempts_delivery_exists FOREIGN KEY (notice_id) REFERENCES issuance.notice_deliveries,
    CONSTRAINT notice_attempts_outcome_is_known CHECK (outcome IN ('delivered', 'unreachable', 'try_again'))
);

CREATE TABLE issuance.notice_readings (
    notice_id uuid PRIMARY KEY,
    read_at timestamptz NOT NULL,
    CONSTRAINT notice_readings_notice_exists FOREIGN KEY (notice_id) REFERENCES issuance.notices
);

CREATE TRIGGER notice_deliveries_facts_stay BEFORE UPDATE OF notice_id, chosen_door ON issuance.notice_deliveries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER notice_deliveries_end_once BEFORE UPDATE ON issuance.notice_deliveries FOR EACH ROW
    WHEN (OLD.delivered_at IS NOT NULL) EXECUTE FUNCTION ledger.refuse_change();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['notices', 'notice_attempts', 'notice_readings'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['notice_deliveries', 'notice_preferences'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;

GRANT SELECT ON issuance.notices, issuance.notice_preferences, issuance.notice_deliveries, issuance.notice_readings
    TO kashiman_pay, kashiman_worker, kashiman_staff, kashiman_auditor;
GRANT SELECT ON issuance.notice_attempts TO kashiman_worker, kashiman_staff, kashiman_auditor;
GRANT INSERT ON issuance.notice_readings TO kashiman_pay;
GRANT INSERT (wallet_id, door, chosen_at), UPDATE (door, chosen_at) ON issuance.notice_preferences TO kashiman_pay;
GRANT INSERT (wallet_id, kind, subject, day, facts, made_at) ON issuance.notices TO kashiman_worker;
GRANT INSERT ON issuance.notice_deliveries, issuance.notice_attempts TO kashiman_worker;
GRANT UPDATE (door, attempts, next_at, delivered_at) ON issuance.notice_deliveries TO kashiman_worker;
