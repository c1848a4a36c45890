"""What the database itself refuses about giving back, payouts and closed periods."""

from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from kernel.clock import city_time
from kernel.db import Database, violated_constraint
from ledger.model import (
    JournalKind,
    Move,
)
from ledger.operations.close_period import close_period
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    BANK,
    NOON,
    OTHER_PAYABLE,
    OTHER_SHOP,
    OTHER_WALLET,
    PAYABLE,
    PAYOUT,
    WALLET,
    close,
    pay,
    post,
    posted,
    refund,
    sell,
    settle,
)
from tests.ledger.raw import Connection, add_journal, add_lot, add_transfer, refused_by, transfer_refused_by

LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)


def test_a_reversal_never_gives_back_more_than_was_taken(database: Database) -> None:
    post(database, sell(LOT), pay(3_000))
    payment = posted(database, pay(1_000)).journal.id
    for amount_yen, paid_yen in ((1_001, 800), (1_000, 801), (1_000, 799)):
        found = transfer_refused_by(database, "payment_refunded", PAYABLE.id, LOT, amount_yen, paid_yen, 1, payment)
        assert found == "transfers_reverse_what_was_taken"
    posted(database, refund(payment, 600))
    again = transfer_refused_by(database, "payment_refunded", PAYABLE.id, LOT, 401, 320, 1, payment)
    assert again == "transfers_reverse_what_was_taken"


def test_a_reversal_goes_back_where_the_value_came_from(database: Database) -> None:
    post(database, sell(LOT), sell(OTHER_LOT, wallet_id=OTHER_WALLET))
    other = posted(database, pay(1_000, wallet_id=OTHER_WALLET))
    payment = posted(database, pay(1_000)).journal.id
    another_lot = transfer_refused_by(database, "payment_refunded", PAYABLE.id, OTHER_LOT, 1_000, 800, 1, payment)
    assert another_lot == "transfers_reverse_what_was_taken"
    posted(database, pay(1_000, shop=OTHER_SHOP))
    another_shop = transfer_refused_by(database, "payment_refunded", OTHER_PAYABLE.id, LOT, 1_000, 800, 1, payment)
    assert another_shop == "transfers_reverse_what_was_taken"
    no_such_line = transfer_refused_by(database, "payment_refunded", PAYABLE.id, LOT, 1, 0, 2, payment)
    assert no_such_line == "transfers_reverse_what_was_taken"
    nothing_named = transfer_refused_by(database, "payment_refunded", PAYABLE.id, LOT, 1, 0, None, payment)
    assert nothing_named == "transfers_reversals_name_their_line"
    assert other.journal.kind == JournalKind.PAYMENT


def test_a_payment_names_no_line_that_it_reverses(database: Database) -> None:
    post(database, sell(LOT), pay(1))
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 1, 1, 1) == "transfers_reversals_name_their_line"


@pytest.mark.parametrize("thief", [OTHER_WALLET, WALLET])
def test_value_never_goes_back_to_a_successor_in_another_wallet_or_of_another_lot(
    thief: UUID, database: Database
) -> None:
    post(database, sell(LOT), sell(OTHER_LOT, at=city_time(date(2026, 8, 1), 13)))
    payment = posted(database, pay(1_000)).journal.id
    succeeds = LOT if thief == OTHER_WALLET else OTHER_LOT

    def work(connection: Connection) -> None:
        add_lot(connection, HOLD, paid_yen=800, premium_yen=200, wallet_id=thief, succeeds=succeeds)
        refunded = add_journal(connection, "payment_refunded", payment)
        add_transfer(connection, refunded, PAYABLE.id, HOLD, 1_000, 800, 1)

    assert refused_by(database, work) == "transfers_reverse_what_was_taken"


def test_more_never_leaves_a_payout_than_is_in_flight(database: Database) -> None:
    post(database, sell(), pay(1_000))
    posted(database, close(Move(PAYABLE, PAYOUT, 1_000, 800)))
    posted(database, settle(900, 700))
    assert transfer_refused_by(database, "payout_settled", PAYOUT.id, BANK.id, 101, 101) == "payouts_never_below_zero"


def test_a_payout_is_returned_to_the_shop_it_was_meant_for(database: Database) -> None:
    post(database, sell(), pay(1_000), pay(10, shop=OTHER_SHOP))
    closed = posted(database, close(Move(PAYABLE, PAYOUT, 1_000, 800)))
    to_another = transfer_refused_by(
        database, "payout_returned", PAYOUT.id, OTHER_PAYABLE.id, 1_000, 800, 1, closed.journal.id
    )
    assert to_another == "transfers_reverse_what_was_taken"


def test_nothing_is_dated_into_a_closed_period(make_database: MakeDatabase) -> None:
    staff = make_database("kashiman_staff")
    now = city_time(date(2026, 8, 3))
    staff.run(lambda s: close_period(s, closed_through=date(2026, 8, 1), closed_by="clerk", now=now))

    def work(connection: Connection) -> None:
        add_journal(connection, "payment")

    assert refused_by(staff, work) == "journals_period_is_open"


def test_a_superuser_cannot_backdate_the_recording_of_a_journal(database: Database) -> None:
    for column, value in (("recorded_at", "2020-01-01"), ("transaction_id", "1")):
        with pytest.raises(errors.CheckViolation) as refused, psycopg.connect(database.url) as connection:
            connection.execute(
                f"INSERT INTO ledger.journals (id, kind, event_at, {column}) VALUES (%s, 'payment', %s, %s)",
                [uuid4(), NOON, value],
            )
        assert violated_constraint(refused.value) == "journals_are_recorded_now"


def test_a_decision_is_a_yes_or_a_no(database: Database) -> None:
    both = "INSERT INTO ledger.decisions (key, fingerprint, journal_id, refusal_code) VALUES (%s, %s, %s, 'x')"
    neither = "INSERT INTO ledger.decisions (key, fingerprint) VALUES (%s, %s)"
    assert refused_by(database, lambda c: c.execute(both, [uuid4()] * 3)) == "decisions_are_yes_or_no"
    assert refused_by(database, lambda c: c.execute(neither, [uuid4()] * 2)) == "decisions_are_yes_or_no"
