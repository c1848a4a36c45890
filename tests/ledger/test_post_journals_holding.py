"""Holding, capturing and releasing: golden values and every refusal."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from kernel.clock import city_time
from kernel.db import Database
from kernel.yen import AmountOutOfRange
from ledger.model import (
    AccountKind,
    CaptureHold,
    ExpireLot,
    JournalKind,
    PlaceHold,
    Posted,
    ReleaseHold,
    shared_account,
)
from ledger.refusals import (
    HoldAlreadyExists,
    HoldAlreadyResolved,
    HoldDeadlineImpossible,
    HoldDeadlinePassed,
    HoldNotFound,
    JournalNotFound,
    MoveNotAllowed,
    ReversedBeforeItHappened,
    ValueNotEnough,
)
from tests.ledger.books import (
    AFTER_EXPIRY,
    CAMPAIGN,
    GRACE_TERMS,
    NOON,
    PAYABLE,
    SHOP,
    SHORT_TERMS,
    WALLET,
    audit,
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

LOT, LATER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)
CITY_FEES = shared_account(AccountKind.CITY_FEES, campaign_id=CAMPAIGN, reference="certificate")


def capture(*, merchant_id: UUID | None = SHOP, fee_kind: str | None = None, days: float = 0) -> CaptureHold:
    return CaptureHold(key(), NOON + timedelta(days=days), HOLD, merchant_id, fee_kind)


def release(*, days: float = 0) -> ReleaseHold:
    return ReleaseHold(key(), NOON + timedelta(days=days), HOLD)


def test_a_hold_takes_from_lots_in_spend_order(database: Database) -> None:
    posted(database, sell(LATER_LOT))
    posted(database, sell(LOT, terms=SHORT_TERMS))
    held = posted(database, hold(HOLD, 5_500))
    assert transfers(held) == [(LOT, HOLD, 5_000, 4_000, None), (LATER_LOT, HOLD, 500, 400, None)]
    query = "SELECT wallet_id, placed_journal_id, amount_yen, deadline_at FROM ledger.holds"
    assert rows(database, query) == [(WALLET, held.journal.id, 5_500, NOON + timedelta(days=1))]
    assert rows(database, "SELECT paid_left_yen, premium_left_yen FROM ledger.holds") == [(4_400, 1_100)]
    report = audit(database)
    assert report.agrees
    assert (report.figures.held_yen, report.figures.remaining_yen) == (5_500, 4_500)


def test_a_capture_pays_a_merchant_with_the_parts_that_were_held(database: Database) -> None:
    posted(database, sell(LOT))
    held = posted(database, hold(HOLD, 333))
    captured = posted(database, capture(days=1))
    assert captured.journal.corrects_id == held.journal.id
    assert transfers(captured) == [(HOLD, PAYABLE.id, 333, 266, None)]
    report = audit(database)
    assert report.agrees
    assert (report.figures.held_yen, report.figures.spent_yen, report.figures.payable_yen) == (0, 333, 333)


def test_a_capture_can_be_a_fee_of_the_city(database: Database) -> None:
    posted(database, sell(LOT))
    posted(database, hold(HOLD, 300))
    captured = posted(database, capture(merchant_id=None, fee_kind="certificate"))
    assert transfers(captured) == [(HOLD, CITY_FEES.id, 300, 240, None)]
    assert audit(database).agrees


def test_a_release_gives_back_in_reverse_order(database: Database) -> None:
    posted(database, sell(LATER_LOT))
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, hold(HOLD, 5_500))
    released = posted(database, release())
    assert transfers(released) == [(HOLD, LATER_LOT, 500, 400, 2), (HOLD, LOT, 5_000, 4_000, 1)]
    assert (left(database, LOT), left(database, LATER_LOT)) == ((4_000, 1_000), (4_000, 1_000))
    assert audit(database).agrees


def test_a_hold_that_cannot_be_placed_is_refused(database: Database) -> None:
    posted(database, sell(LOT))
    assert refused(database, hold(HOLD, 0)) == AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)
    assert refused(database, hold(HOLD, 5_001)) == ValueNotEnough(asked_yen=5_001, usable_yen=5_000, total_yen=5_000)
    at_once = PlaceHold(key(), NOON, HOLD, WALLET, 100, NOON)
    assert refused(database, at_once) == HoldDeadlineImpossible(deadline_at="2026-08-01T03:00:00+00:00")
    posted(database, hold(HOLD, 100))
    assert refused(database, hold(HOLD, 100)) == HoldAlreadyExists(hold_id=str(HOLD))


def test_a_hold_is_resolved_once(database: Database) -> None:
    posted(database, sell(LOT))
    assert refused(database, capture()) == HoldNotFound(hold_id=str(HOLD))
    assert refused(database, release()) == HoldNotFound(hold_id=str(HOLD))
    posted(database, hold(HOLD, 100))
    first, second, third = post(database, capture(), release(), capture())
    assert isinstance(first, Posted)
    assert second == HoldAlreadyResolved(hold_id=str(HOLD))
    assert third == HoldAlreadyResolved(hold_id=str(HOLD))
    assert refused(database, release()) == HoldAlreadyResolved(hold_id=str(HOLD))


def test_a_capture_is_refused_after_the_deadline_but_a_release_is_not(database: Database) -> None:
    posted(database, sell(LOT))
    posted(database, hold(HOLD, 100))
    assert refused(database, capture(days=1.01)) == HoldDeadlinePassed(
        hold_id=str(HOLD), deadline_at="2026-08-02T03:00:00+00:00"
    )
    posted(database, release(days=1.01))


def test_a_capture_needs_one_target(database: Database) -> None:
    posted(database, sell(LOT))
    posted(database, hold(HOLD, 100))
    no_target = MoveNotAllowed(journal_kind="hold_captured", debit_kind="held", credit_kind="one target")
    assert refused(database, capture(merchant_id=None)) == no_target
    assert refused(database, capture(fee_kind="certificate")) == no_target


def test_a_hold_is_not_resolved_before_it_was_placed(database: Database) -> None:
    posted(database, sell(LOT))
    posted(database, hold(HOLD, 100))
    early = ReversedBeforeItHappened(happened_at="2026-08-01T03:00:00+00:00", reversed_at="2026-08-01T00:36:00+00:00")
    assert refused(database, capture(days=-0.1)) == early
    assert refused(database, release(days=-0.1)) == early


def test_held_value_cannot_be_spent(database: Database) -> None:
    posted(database, sell(LOT))
    posted(database, hold(HOLD, 4_000))
    assert refused(database, pay(1_001)) == ValueNotEnough(asked_yen=1_001, usable_yen=1_000, total_yen=1_000)


def test_a_hold_is_placed_and_resolved_in_one_batch(database: Database) -> None:
    posted(database, sell(LOT))
    held, released, again = post(database, hold(HOLD, 5_000), release(), hold(uuid4(), 5_000))
    assert isinstance(held, Posted)
    assert isinstance(released, Posted)
    assert isinstance(again, Posted)
    assert audit(database).agrees


def test_a_release_to_an_expired_lot_gets_grace_days(database: Database) -> None:
    posted(database, sell(LOT, terms=GRACE_TERMS))
    posted(database, hold(HOLD, 1_000, days=30))
    posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT))
    posted(database, ReleaseHold(key(), AFTER_EXPIRY, HOLD))
    query = "SELECT first_day, last_day, paid_left_yen, premium_left_yen FROM ledger.lots WHERE succeeds_lot_id = %s"
    assert rows(database, query, [LOT]) == [(date(2026, 8, 11), date(2026, 8, 16), 800, 200)]
    posted(database, pay(1_000, at=AFTER_EXPIRY))
    assert audit(database).agrees


def test_a_release_to_an_expired_lot_without_grace_becomes_breakage(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, hold(HOLD, 1_000, days=30))
    posted(database, ReleaseHold(key(), AFTER_EXPIRY, HOLD))
    assert left(database, LOT) == (0, 0)
    report = audit(database)
    assert report.agrees
    assert report.figures.expired_yen == 5_000


def test_held_value_can_be_captured_after_its_lot_expired(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, hold(HOLD, 1_000, days=30))
    posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT))
    posted(database, CaptureHold(key(), city_time(date(2026, 8, 20)), HOLD, SHOP))
    report = audit(database)
    assert report.agrees
    assert (report.figures.spent_yen, report.figures.expired_yen) == (1_000, 4_000)


def test_a_captured_hold_is_no_payment_and_so_is_not_refunded(database: Database) -> None:
    posted(database, sell(LOT))
    held = posted(database, hold(HOLD, 1_000))
    captured = posted(database, capture())
    for journal in (held.journal, captured.journal):
        assert refused(database, refund(journal.id, 1)) == JournalNotFound(journal_id=str(journal.id))
    assert captured.journal.kind == JournalKind.HOLD_CAPTURED
