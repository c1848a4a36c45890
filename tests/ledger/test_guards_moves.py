"""The table of legal moves, in the database and in the model."""

from uuid import UUID, uuid4

from kernel.db import Database
from ledger.model import (
    ACCOUNT_SIDES,
    LEGAL_MOVES,
    AccountKind,
    CancelSale,
    CaptureHold,
    ExpireLot,
    JournalKind,
    Move,
    PostMoves,
    ReleaseHold,
    ReverseExpiry,
    shared_account,
)
from tests.ledger.books import (
    AFTER_EXPIRY,
    BANK,
    CAMPAIGN,
    FEES,
    NOON,
    OTHER_SHOP,
    PAYABLE,
    PAYOUT,
    SHORT_TERMS,
    STRIPE,
    TERMS,
    as_application,
    audit,
    close,
    give_back_payout,
    grant,
    hold,
    key,
    pay,
    post,
    posted,
    refund,
    rows,
    sell,
    settle,
    void,
)

LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)
EVERY_MOVE = """
CREATE TEMPORARY TABLE passed (journal_kind text, debit_kind text, credit_kind text, paid_yen bigint, stopped_by text);
DO $$
DECLARE
    journal_kind text; debit record; credit record; paid bigint; journal uuid; stopped_by text;
BEGIN
    FOR journal_kind IN SELECT unnest(current_setting('test.journal_kinds')::text[]) LOOP
        journal := gen_random_uuid();
        INSERT INTO ledger.journals (id, kind, event_at) VALUES (journal, journal_kind, now());
        FOR debit IN SELECT id, kind FROM ledger.accounts WHERE reference = 'debited' LOOP
            FOR credit IN SELECT id, kind FROM ledger.accounts WHERE reference = 'credited' LOOP
                FOR paid IN 0..1 LOOP
                    stopped_by := 'nothing';
                    BEGIN
                        INSERT INTO ledger.transfers
                            (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen)
                            VALUES (journal, 1, debit.id, credit.id, 1, paid);
                        RAISE EXCEPTION USING ERRCODE = 'triggered_action_exception';
                    EXCEPTION
                        WHEN triggered_action_exception THEN NULL;
                        WHEN check_violation THEN GET STACKED DIAGNOSTICS stopped_by = CONSTRAINT_NAME;
                    END;
                    IF stopped_by <> 'transfers_move_is_legal' THEN
                        INSERT INTO passed VALUES (journal_kind, debit.kind, credit.kind, paid, stopped_by);
                    END IF;
                END LOOP;
            END LOOP;
        END LOOP;
    END LOOP;
END $$
"""


def test_the_tables_of_moves_and_sides_equal_those_of_the_model(database: Database) -> None:
    moves = rows(database, "SELECT journal_kind, debit_kind, credit_kind FROM ledger.legal_moves")
    assert set(moves) == {tuple(map(str, move)) for move in LEGAL_MOVES}
    assert dict(rows(database, "SELECT kind, side FROM ledger.account_kinds")) == ACCOUNT_SIDES


def test_every_move_that_is_not_legal_is_refused(database: Database) -> None:
    with as_application(database) as connection:
        for side in ("debited", "credited"):
            for kind in AccountKind:
                account_id = uuid4()
                connection.execute(
                    "INSERT INTO ledger.accounts (id, kind, campaign_id, reference) VALUES (%s, %s, %s, %s)",
                    [account_id, kind, CAMPAIGN, side],
                )
        connection.execute("SELECT set_config('test.journal_kinds', %s, true)", [list(JournalKind)])
        connection.execute(EVERY_MOVE)
        passed = connection.execute("SELECT journal_kind, debit_kind, credit_kind, paid_yen FROM passed").fetchall()
    parts = {"paid": [1], "premium": [0], "mixed": [0, 1]}
    legal = rows(database, "SELECT journal_kind, debit_kind, credit_kind, part FROM ledger.legal_moves")
    assert len(legal) == 26
    assert sorted(passed) == sorted((*move, paid_yen) for *move, part in legal for paid_yen in parts[part])


def test_every_legal_move_is_accepted(database: Database) -> None:
    counter = shared_account(AccountKind.COUNTER_CASH, reference="desk")
    lots = [uuid4() for _ in range(3)]
    sale, cash, *_ = post(
        database, sell(lots[0]), sell(lots[1], money=counter), sell(lots[2], terms=SHORT_TERMS), grant()
    )
    cancelled = [CancelSale(key(), NOON, outcome.journal.id) for outcome in (sale, cash)]  # type: ignore[union-attr]
    voided, refunded = post(database, pay(100, coupon_yen=10), pay(100, coupon_yen=10))
    post(database, void(voided.journal.id), refund(refunded.journal.id, 110))  # type: ignore[union-attr]
    post(database, *cancelled)
    holds = [uuid4() for _ in range(3)]
    post(database, *(hold(hold_id, 50) for hold_id in holds))
    post(database, CaptureHold(key(), NOON, holds[0], OTHER_SHOP), CaptureHold(key(), NOON, holds[1], None, "fee"))
    post(database, ReleaseHold(key(), NOON, holds[2]), pay(100))
    expired = posted(database, ExpireLot(key(), AFTER_EXPIRY, lots[2]))
    posted(database, ReverseExpiry(key(), AFTER_EXPIRY, expired.journal.id, uuid4(), TERMS.last_day))
    closed = posted(database, close(Move(PAYABLE, PAYOUT, 60, 40), Move(PAYABLE, PAYOUT, 40, 20)))
    post(database, give_back_payout(closed.journal.id, Move(PAYOUT, PAYABLE, 60, 40, 1)), settle(40, 20))
    fees = (Move(BANK, STRIPE, 90, 90), Move(FEES, STRIPE, 10, 10))
    posted(database, PostMoves(key(), NOON, JournalKind.PROVIDER_PAID_OUT, fees))
    made = rows(
        database,
        """
        SELECT DISTINCT j.kind, d.kind, c.kind
        FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
        JOIN ledger.accounts AS d ON d.id = t.debit_account_id JOIN ledger.accounts AS c ON c.id = t.credit_account_id
        """,
    )
    assert {tuple(map(str, move)) for move in LEGAL_MOVES} - set(made) == set()
    assert audit(database).agrees
