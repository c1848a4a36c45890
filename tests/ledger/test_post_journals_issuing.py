"""Selling, granting and cancelling: golden values and every refusal."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.model import (
    Account,
    AccountKind,
    CancelSale,
    JournalKind,
    LedgerCommand,
    Posted,
    ReleaseHold,
    Terms,
    UsableAt,
    shared_account,
)
from ledger.refusals import (
    JournalNotFound,
    LotAlreadyExists,
    LotWasTouched,
    MoveNotAllowed,
    ReversedBeforeItHappened,
    TermsImpossible,
)
from tests.ledger.books import (
    BANK,
    CAMPAIGN,
    FUNDING,
    NOON,
    STRIPE,
    audit,
    grant,
    hold,
    key,
    left,
    pay,
    post,
    posted,
    refund,
    refused,
    rows,
    sell,
    transfers,
)

LOT = UUID(int=0x1)


def cancel(sale: Posted) -> CancelSale:
    return CancelSale(key(), NOON, sale.journal.id)


def test_a_sale_fills_a_lot_from_money_and_premium(database: Database) -> None:
    sale = posted(database, sell(LOT))
    assert sale.journal.kind == JournalKind.VOUCHER_SOLD
    assert transfers(sale) == [(STRIPE.id, LOT, 4_000, 4_000, None), (FUNDING.id, LOT, 1_000, 0, None)]
    assert left(database, LOT) == (4_000, 1_000)
    assert audit(database).agrees


def test_a_sale_without_premium_has_one_transfer(database: Database) -> None:
    counter = shared_account(AccountKind.COUNTER_CASH, reference="desk")
    sale = posted(database, sell(LOT, premium_yen=0, money=counter))
    assert transfers(sale) == [(counter.id, LOT, 4_000, 4_000, None)]


def test_points_are_premium_part_alone(database: Database) -> None:
    points = posted(database, grant(LOT, amount_yen=500))
    funding = shared_account(AccountKind.POINT_FUNDING, campaign_id=CAMPAIGN)
    assert transfers(points) == [(funding.id, LOT, 500, 0, None)]
    assert left(database, LOT) == (0, 500)
    assert audit(database).figures.issued_premium_yen == 500


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (sell(paid_yen=0), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (sell(paid_yen=10_000_000_000), AmountOutOfRange(given_yen=10_000_000_000, min_yen=1, max_yen=9_999_999_999)),
        (sell(premium_yen=-1), AmountOutOfRange(given_yen=-1, min_yen=0, max_yen=9_999_999_999)),
        (sell(paid_yen=True), AmountNotWholeYen(given="True")),
        (sell(money=BANK), MoveNotAllowed(journal_kind="voucher_sold", debit_kind="bank", credit_kind="lot")),
        (
            sell(money=FUNDING),
            MoveNotAllowed(journal_kind="voucher_sold", debit_kind="premium_funding", credit_kind="lot"),
        ),
        (
            sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 2), date(2026, 8, 1))),
            TermsImpossible(first_day="2026-08-02", last_day="2026-08-01"),
        ),
        (
            sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 7, 1), date(2026, 7, 31))),
            TermsImpossible(first_day="2026-07-01", last_day="2026-07-31"),
        ),
        (
            sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2027, 2, 1))),
            TermsImpossible(first_day="2026-08-01", last_day="2027-02-01"),
        ),
        (
            sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2026, 9, 1), grace_days=-1)),
            TermsImpossible(first_day="2026-08-01", last_day="2026-09-01"),
        ),
        (grant(amount_yen=0), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (
            grant(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 7, 1), date(2026, 7, 31))),
            TermsImpossible(first_day="2026-07-01", last_day="2026-07-31"),
        ),
    ],
)
def test_an_impossible_issue_is_refused_and_changes_nothing(
    command: LedgerCommand, refusal: Exception, database: Database
) -> None:
    assert refused(database, command) == refusal


def test_the_last_day_that_the_law_allows_is_accepted(database: Database) -> None:
    posted(database, sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2027, 1, 31))))


def test_a_lot_is_issued_once(database: Database) -> None:
    posted(database, sell(LOT))
    assert refused(database, sell(LOT)) == LotAlreadyExists(lot_id=str(LOT))
    assert refused(database, grant(LOT)) == LotAlreadyExists(lot_id=str(LOT))
    first, second = post(database, sell(UUID(int=0x2)), sell(UUID(int=0x2)))
    assert isinstance(first, Posted)
    assert second == LotAlreadyExists(lot_id=str(UUID(int=0x2)))


def test_a_lot_can_be_spent_in_the_batch_that_issues_it(database: Database) -> None:
    sale, payment = post(database, sell(LOT), pay(1_000))
    assert isinstance(sale, Posted)
    assert isinstance(payment, Posted)
    assert left(database, LOT) == (3_200, 800)
    points, spent = post(database, grant(UUID(int=0x2), amount_yen=300), pay(4_300))
    assert isinstance(points, Posted)
    assert isinstance(spent, Posted)
    assert audit(database).agrees


def test_a_cancelled_sale_gives_everything_back_in_reverse(database: Database) -> None:
    sale = posted(database, sell(LOT))
    cancelled = posted(database, cancel(sale))
    assert cancelled.journal.corrects_id == sale.journal.id
    assert transfers(cancelled) == [(LOT, FUNDING.id, 1_000, 0, 2), (LOT, STRIPE.id, 4_000, 4_000, 1)]
    assert left(database, LOT) == (0, 0)
    report = audit(database)
    assert report.agrees
    assert report.figures.issued_yen == 0


def test_a_sale_is_cancelled_once(database: Database) -> None:
    sale = posted(database, sell(LOT))
    posted(database, cancel(sale))
    assert refused(database, cancel(sale)) == LotWasTouched(issued_yen=5_000, left_yen=0)


def test_a_sale_is_cancelled_once_in_a_batch(database: Database) -> None:
    sale = posted(database, sell(LOT))
    outcomes = post(database, cancel(sale), cancel(sale))
    assert isinstance(outcomes[0], Posted)
    assert outcomes[1] == LotWasTouched(issued_yen=5_000, left_yen=0)


def test_a_spent_sale_is_not_cancelled(database: Database) -> None:
    sale = posted(database, sell(LOT))
    posted(database, pay(1))
    assert refused(database, cancel(sale)) == LotWasTouched(issued_yen=5_000, left_yen=4_999)


def test_a_sale_is_not_cancelled_after_its_lot_was_spent_and_refunded(database: Database) -> None:
    sale = posted(database, sell(LOT))
    payment = posted(database, pay(100))
    posted(database, refund(payment.journal.id, 100))
    assert refused(database, cancel(sale)) == LotWasTouched(issued_yen=5_000, left_yen=5_000)


def test_a_sale_is_not_cancelled_when_the_same_batch_held_and_released_its_lot(database: Database) -> None:
    sale, held = posted(database, sell(LOT)), uuid4()
    *_, outcome = post(database, hold(held, 1_000), ReleaseHold(key(), NOON, held), cancel(sale))
    assert outcome == LotWasTouched(issued_yen=5_000, left_yen=5_000)
    assert audit(database).agrees


def test_only_a_sale_can_be_cancelled(database: Database) -> None:
    points = posted(database, grant())
    assert refused(database, cancel(points)) == JournalNotFound(journal_id=str(points.journal.id))
    unknown = uuid4()
    assert refused(database, CancelSale(key(), NOON, unknown)) == JournalNotFound(journal_id=str(unknown))


def test_a_sale_is_not_cancelled_before_it_happened(database: Database) -> None:
    sale = posted(database, sell(LOT))
    early = CancelSale(key(), NOON - timedelta(seconds=1), sale.journal.id)
    assert refused(database, early) == ReversedBeforeItHappened(
        happened_at="2026-08-01T03:00:00+00:00", reversed_at="2026-08-01T02:59:59+00:00"
    )


def test_a_lot_of_a_wallet_is_stored_with_its_terms(database: Database) -> None:
    terms = Terms(UsableAt.SMALL_SHOPS, date(2026, 8, 2), date(2026, 8, 20), grace_days=7)
    posted(database, sell(LOT, terms=terms, at=city_time(date(2026, 8, 1), 13)))
    query = "SELECT usable_at, first_day, last_day, grace_days, issued_at, succeeds_lot_id FROM ledger.lots"
    issued_at = city_time(date(2026, 8, 1), 13)
    assert rows(database, query) == [("small_shops", date(2026, 8, 2), date(2026, 8, 20), 7, issued_at, None)]


def test_accounts_are_opened_once(database: Database) -> None:
    post(database, sell(), sell())
    posted(database, sell())
    assert rows(database, "SELECT kind, count(*) FROM ledger.accounts GROUP BY kind ORDER BY kind") == [
        ("lot", 3),
        ("premium_funding", 1),
        ("provider_clearing", 1),
    ]
    assert Account(STRIPE.id, AccountKind.PROVIDER_CLEARING, None, None, "stripe") == STRIPE
