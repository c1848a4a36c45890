"""Questions about the books."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from kernel.clock import city_time
from kernel.db import Database
from ledger.model import Terms, UsableAt
from ledger.queries import balance_as_of, export_rows, find_journal, trial_balance, wallet_lots
from ledger.store.totals import Totals
from tests.ledger.books import (
    CAMPAIGN,
    NOON,
    PAYABLE,
    SHORT_TERMS,
    WALLET,
    grant,
    hold,
    pay,
    post,
    posted,
    refund,
    rows,
    sell,
)

LOT, LATER_LOT = UUID(int=0x1), UUID(int=0x2)


def test_a_wallet_lists_its_lots_in_spend_order(database: Database) -> None:
    post(database, sell(LATER_LOT), sell(LOT, terms=SHORT_TERMS), pay(5_000))
    empty, full = database.run(lambda session: wallet_lots(session, WALLET))
    assert (empty.lot_id, empty.issued_yen, empty.left_yen) == (LOT, 5_000, 0)
    assert (full.lot_id, full.paid_left_yen, full.premium_left_yen) == (LATER_LOT, 4_000, 1_000)
    assert (full.campaign_id, full.usable_at, full.issued_at) == (CAMPAIGN, "all_shops", NOON)
    assert not empty.usable_on(date(2026, 8, 5))
    assert [full.usable_on(date(2026, 7, 31)), full.usable_on(date(2026, 9, 30))] == [False, True]
    assert database.run(lambda session: wallet_lots(session, uuid4())) == []


def test_a_journal_is_found_as_it_was_posted(database: Database) -> None:
    sale = posted(database, sell())
    assert database.run(lambda session: find_journal(session, sale.journal.id)) == sale.journal
    assert database.run(lambda session: find_journal(session, uuid4())) is None


def test_a_balance_is_told_on_both_times(database: Database) -> None:
    posted(database, sell())
    payment = posted(database, pay(1_000))
    between = rows(database, "SELECT clock_timestamp()")[0][0]
    posted(database, pay(200, at=NOON - timedelta(hours=1)))
    posted(database, refund(payment.journal.id, 100, at=NOON + timedelta(days=1)))

    def balance(*, event_at: timedelta, recorded: bool) -> Totals:
        recorded_at = None if recorded else between
        return database.run(
            lambda session: balance_as_of(session, PAYABLE.id, event_at=NOON + event_at, recorded_at=recorded_at)
        )

    assert balance(event_at=timedelta(hours=-2), recorded=True) == Totals(0, 0, 0, 0)
    assert balance(event_at=timedelta(hours=-1), recorded=True) == Totals(0, 0, 200, 160)
    assert balance(event_at=timedelta(0), recorded=True) == Totals(0, 0, 1_200, 960)
    assert balance(event_at=timedelta(days=1), recorded=True) == Totals(100, 80, 1_200, 960)
    assert balance(event_at=timedelta(days=1), recorded=False) == Totals(0, 0, 1_000, 800)
    assert balance(event_at=timedelta(hours=-1), recorded=False) == Totals(0, 0, 0, 0)


def test_the_debits_and_credits_of_the_trial_balance_sum_to_the_same(database: Database) -> None:
    points_terms = Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2027, 12, 31))
    post(database, sell(), grant(terms=points_terms), hold(uuid4(), 100))
    post(database, pay(1_000, coupon_yen=50), pay(10, at=city_time(date(2026, 8, 5))))
    balance = database.run(trial_balance)
    assert [(row.side, row.kind, row.totals.debit_yen, row.totals.credit_yen) for row in balance] == [
        ("asset", "provider_clearing", 4_000, 0),
        ("liability", "held", 0, 100),
        ("liability", "lot", 1_110, 5_500),
        ("liability", "merchant_payable", 0, 1_060),
        ("budget", "coupon_funding", 50, 0),
        ("budget", "point_funding", 500, 0),
        ("budget", "premium_funding", 1_000, 0),
    ]
    assert sum(row.totals.debit_yen for row in balance) == sum(row.totals.credit_yen for row in balance) == 6_660
    assert sum(row.totals.debit_paid_yen - row.totals.credit_paid_yen for row in balance) == 0
    earlier = database.run(lambda session: trial_balance(session, event_at=NOON))
    assert {row.kind: row.totals.credit_yen for row in earlier}["merchant_payable"] == 1_050


def test_the_books_are_exported_whole_in_their_order(database: Database) -> None:
    post(database, sell(LOT), pay(1_000))
    journals = database.run(lambda session: list(export_rows(session, "journals")))
    assert [row[2] for row in journals] == ["voucher_sold", "payment"]
    transfers = database.run(lambda session: list(export_rows(session, "transfers")))
    assert [tuple(row[5:8]) for row in transfers] == [(4_000, 4_000, 0), (1_000, 0, 1_000), (1_000, 800, 200)]
    accounts = database.run(lambda session: list(export_rows(session, "accounts")))
    assert [row[2] for row in accounts] == ["provider_clearing", "premium_funding", "lot", "merchant_payable"]
