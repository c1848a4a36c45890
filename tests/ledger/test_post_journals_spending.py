"""Paying, voiding and refunding: golden values and every refusal."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.model import JournalKind, LedgerCommand, Posted, ShopSize, Terms, UsableAt
from ledger.refusals import (
    JournalNotFound,
    PaymentAlreadyReversed,
    RefundExceedsPayment,
    ReversedBeforeItHappened,
    ValueNotEnough,
    VoidOnlyOnSameDay,
)
from tests.ledger.books import (
    AFTER_EXPIRY,
    COUPONS,
    GRACE_TERMS,
    NOON,
    OTHER_WALLET,
    PAYABLE,
    SHORT_TERMS,
    audit,
    left,
    line,
    pay,
    post,
    posted,
    refund,
    refused,
    rows,
    sell,
    transfers,
    void,
)

LOT, LATER_LOT, SMALL_LOT = UUID(int=0x1), UUID(int=0x2), UUID(int=0x3)


def test_a_payment_takes_the_exact_paid_part(database: Database) -> None:
    posted(database, sell(LOT))
    payments = [posted(database, pay(amount_yen)) for amount_yen in (1, 1, 1, 1, 1, 994, 1_001)]
    assert [line(payment.journal.transfers[0]) for payment in payments] == [
        (1, 0),
        (1, 1),
        (1, 1),
        (1, 1),
        (1, 1),
        (994, 795),
        (1_001, 801),
    ]
    assert left(database, LOT) == (2_400, 600)
    assert audit(database).agrees


def test_a_payment_spends_the_earliest_expiry_first_and_stores_its_allocation(database: Database) -> None:
    posted(database, sell(LATER_LOT))
    posted(database, sell(LOT, terms=SHORT_TERMS))
    payment = posted(database, pay(6_000))
    assert transfers(payment) == [(LOT, PAYABLE.id, 5_000, 4_000, None), (LATER_LOT, PAYABLE.id, 1_000, 800, None)]


def test_the_older_lot_is_spent_first_and_then_the_lower_id(database: Database) -> None:
    posted(database, sell(LATER_LOT, at=NOON))
    posted(database, sell(SMALL_LOT, at=NOON - timedelta(hours=1)))
    posted(database, sell(LOT, at=NOON))
    payment = posted(database, pay(10_001))
    assert [transfer.debit_account_id for transfer in payment.journal.transfers] == [SMALL_LOT, LOT, LATER_LOT]


def test_a_large_shop_takes_only_what_all_shops_may_take(database: Database) -> None:
    small_only = Terms(UsableAt.SMALL_SHOPS, date(2026, 8, 1), date(2026, 8, 20))
    posted(database, sell(SMALL_LOT, terms=small_only))
    posted(database, sell(LOT))
    payment = posted(database, pay(5_000, size=ShopSize.LARGE))
    assert transfers(payment) == [(LOT, PAYABLE.id, 5_000, 4_000, None)]
    assert refused(database, pay(1, size=ShopSize.LARGE)) == ValueNotEnough(asked_yen=1, usable_yen=0, total_yen=5_000)


def test_a_lot_is_usable_from_its_first_to_its_last_city_day(database: Database) -> None:
    posted(database, sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 2), date(2026, 8, 10))))
    nothing = ValueNotEnough(asked_yen=1, usable_yen=0, total_yen=5_000)
    assert refused(database, pay(1, at=city_time(date(2026, 8, 1), 23, 59, 59))) == nothing
    posted(database, pay(1, at=city_time(date(2026, 8, 2))))
    posted(database, pay(1, at=city_time(date(2026, 8, 10), 23, 59, 59)))
    late = refused(database, pay(1, at=city_time(date(2026, 8, 11))))
    assert late == ValueNotEnough(asked_yen=1, usable_yen=0, total_yen=4_998)


def test_a_payment_in_a_batch_sees_the_payments_before_it(database: Database) -> None:
    posted(database, sell(LOT))
    first, second, third = post(database, pay(3_000), pay(3_000), pay(2_000))
    assert isinstance(first, Posted)
    assert second == ValueNotEnough(asked_yen=3_000, usable_yen=2_000, total_yen=2_000)
    assert isinstance(third, Posted)
    assert left(database, LOT) == (0, 0)


def test_another_wallet_cannot_be_spent(database: Database) -> None:
    posted(database, sell())
    nothing = ValueNotEnough(asked_yen=1, usable_yen=0, total_yen=0)
    assert refused(database, pay(1, wallet_id=OTHER_WALLET)) == nothing


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (pay(0), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (pay(-100), AmountOutOfRange(given_yen=-100, min_yen=1, max_yen=9_999_999_999)),
        (pay(0, coupon_yen=-5), AmountOutOfRange(given_yen=-5, min_yen=1, max_yen=9_999_999_999)),
        (pay(True), AmountNotWholeYen(given="True")),
        (refund(uuid4(), 0), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (refund(uuid4(), -5), AmountOutOfRange(given_yen=-5, min_yen=1, max_yen=9_999_999_999)),
    ],
)
def test_an_impossible_amount_is_refused_and_changes_nothing(
    command: LedgerCommand, refusal: Exception, database: Database
) -> None:
    assert refused(database, command) == refusal


def test_a_coupon_pays_beside_the_wallet_from_the_budget(database: Database) -> None:
    posted(database, sell(LOT))
    payment = posted(database, pay(1_000, coupon_yen=300))
    assert transfers(payment) == [(LOT, PAYABLE.id, 1_000, 800, None), (COUPONS.id, PAYABLE.id, 300, 0, None)]
    voided = posted(database, void(payment.journal.id))
    assert transfers(voided) == [(PAYABLE.id, COUPONS.id, 300, 0, 2), (PAYABLE.id, LOT, 1_000, 800, 1)]
    report = audit(database)
    assert report.agrees
    assert (report.figures.coupons_yen, report.figures.payments_voided_yen) == (0, 1_300)


def test_a_coupon_can_pay_all(database: Database) -> None:
    payment = posted(database, pay(0, coupon_yen=300))
    assert transfers(payment) == [(COUPONS.id, PAYABLE.id, 300, 0, None)]


def test_a_void_undoes_the_whole_payment_in_reverse_order(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, sell(LATER_LOT))
    payment = posted(database, pay(6_000))
    voided = posted(database, void(payment.journal.id))
    assert voided.journal.kind == JournalKind.PAYMENT_VOIDED
    assert voided.journal.corrects_id == payment.journal.id
    assert transfers(voided) == [(PAYABLE.id, LATER_LOT, 1_000, 800, 2), (PAYABLE.id, LOT, 5_000, 4_000, 1)]
    assert (left(database, LOT), left(database, LATER_LOT)) == ((4_000, 1_000), (4_000, 1_000))


def test_a_void_is_refused_with_the_reason(database: Database) -> None:
    posted(database, sell(LOT))
    payment = posted(database, pay(1_000))
    payment_id = payment.journal.id
    assert refused(database, void(payment_id, at=city_time(date(2026, 8, 2)))) == VoidOnlyOnSameDay(
        paid_on="2026-08-01", asked_on="2026-08-02"
    )
    assert refused(database, void(payment_id, at=NOON - timedelta(minutes=1))) == ReversedBeforeItHappened(
        happened_at="2026-08-01T03:00:00+00:00", reversed_at="2026-08-01T02:59:00+00:00"
    )
    refunded = posted(database, refund(payment_id, 1))
    assert refused(database, void(payment_id)) == PaymentAlreadyReversed(paid_yen=1_000, reversed_yen=1)
    assert refused(database, void(refunded.journal.id)) == JournalNotFound(journal_id=str(refunded.journal.id))


def test_a_payment_is_voided_once_also_within_a_batch(database: Database) -> None:
    posted(database, sell())
    payment = posted(database, pay(1_000))
    first, second = post(database, void(payment.journal.id), void(payment.journal.id))
    assert isinstance(first, Posted)
    assert second == PaymentAlreadyReversed(paid_yen=1_000, reversed_yen=1_000)


def test_refunds_unwind_the_allocation_in_reverse_with_its_parts(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, sell(LATER_LOT))
    payment = posted(database, pay(5_001))
    first = posted(database, refund(payment.journal.id, 3))
    assert transfers(first) == [(PAYABLE.id, LATER_LOT, 1, 0, 2), (PAYABLE.id, LOT, 2, 1, 1)]
    second = posted(database, refund(payment.journal.id, 4_998))
    assert transfers(second) == [(PAYABLE.id, LOT, 4_998, 3_999, 1)]
    assert (left(database, LOT), left(database, LATER_LOT)) == ((4_000, 1_000), (4_000, 1_000))
    assert audit(database).agrees


def test_a_refund_never_exceeds_what_is_left_of_the_payment(database: Database) -> None:
    posted(database, sell())
    payment = posted(database, pay(1_000))
    posted(database, refund(payment.journal.id, 400))
    assert refused(database, refund(payment.journal.id, 601)) == RefundExceedsPayment(asked_yen=601, left_yen=600)
    early = refund(payment.journal.id, 1, at=NOON - timedelta(days=40))
    assert refused(database, early) == ReversedBeforeItHappened(
        happened_at="2026-08-01T03:00:00+00:00", reversed_at="2026-06-22T03:00:00+00:00"
    )
    unknown = uuid4()
    assert refused(database, refund(unknown, 1)) == JournalNotFound(journal_id=str(unknown))


def test_a_refund_to_an_expired_lot_gets_grace_days_as_a_new_lot_with_the_same_parts(database: Database) -> None:
    posted(database, sell(LOT, terms=GRACE_TERMS))
    payment = posted(database, pay(1_000))
    refunded = posted(database, refund(payment.journal.id, 500, at=AFTER_EXPIRY))
    ((new_lot, *facts),) = rows(
        database,
        """
        SELECT account_id, wallet_id, usable_at, first_day, last_day, grace_days, issued_at,
               paid_left_yen, premium_left_yen
        FROM ledger.lots WHERE succeeds_lot_id = %s
        """,
        [LOT],
    )
    wallet = rows(database, "SELECT wallet_id FROM ledger.lots WHERE account_id = %s", [LOT])[0][0]
    assert facts == [wallet, "all_shops", date(2026, 8, 11), date(2026, 8, 16), 0, AFTER_EXPIRY, 400, 100]
    assert transfers(refunded) == [(PAYABLE.id, new_lot, 500, 400, 1)]
    posted(database, pay(500, at=city_time(date(2026, 8, 16), 23, 59)))
    assert audit(database).agrees


def test_the_new_lot_can_be_spent_in_the_same_batch(database: Database) -> None:
    posted(database, sell(LOT, terms=GRACE_TERMS))
    payment = posted(database, pay(5_000))
    refunded, again = post(database, refund(payment.journal.id, 700, at=AFTER_EXPIRY), pay(700, at=AFTER_EXPIRY))
    assert isinstance(refunded, Posted)
    assert isinstance(again, Posted)
    assert line(again.journal.transfers[0]) == (700, 560)
    assert audit(database).agrees


def test_grace_ends_what_is_refunded_out_of_a_grace_lot_becomes_breakage(database: Database) -> None:
    posted(database, sell(LOT, terms=GRACE_TERMS))
    payment = posted(database, pay(5_000))
    posted(database, refund(payment.journal.id, 1_000, at=AFTER_EXPIRY))
    again = posted(database, pay(1_000, at=AFTER_EXPIRY))
    posted(database, refund(again.journal.id, 1_000, at=city_time(date(2026, 8, 17))))
    report = audit(database)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.remaining_yen) == (1_000, 0)


def test_a_refund_to_an_expired_lot_without_grace_goes_to_breakage(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    payment = posted(database, pay(1_000))
    refunded = posted(database, refund(payment.journal.id, 500, at=AFTER_EXPIRY))
    assert transfers(refunded) == [(PAYABLE.id, LOT, 500, 400, 1)]
    assert left(database, LOT) == (0, 0)
    assert rows(database, "SELECT kind FROM ledger.journals ORDER BY sequence") == [
        ("voucher_sold",),
        ("payment",),
        ("payment_refunded",),
        ("lot_expired",),
    ]
    report = audit(database)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.spent_yen) == (4_500, 500)
