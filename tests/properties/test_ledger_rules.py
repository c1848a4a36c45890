"""The rules of the books as pure functions: spend order, allocation, unwinding, expiry and the last day allowed."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import ExpireLot, Pay, RefundPayment, ShopSize, Terms, UsableAt, VoidPayment, command_key
from ledger.refusals import LotNotYetExpired, ValueNotEnough
from ledger.rules.books import Books, Draft, Line, Lot, Original
from ledger.rules.deciding import decide
from ledger.rules.issuing import last_day_allowed

WALLET, CAMPAIGN, SHOP = UUID(int=0xA1), UUID(int=0xC1), UUID(int=0xB1)
DAY = date(2026, 8, 10)
NOON = city_time(DAY, 12)
KEY = command_key("property", "any")


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    """A wallet of lots around the day, some early, some late, some partly spent."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        premium_yen = draw(st.integers(0, 1_000))
        paid_yen = draw(st.integers(0 if premium_yen else 1, 4_000))
        first_day = DAY + timedelta(days=draw(st.integers(-5, 2)))
        found.append(
            Lot(
                id=UUID(int=1_000 - number),
                wallet_id=WALLET,
                campaign_id=CAMPAIGN,
                issued_paid_yen=paid_yen,
                issued_premium_yen=premium_yen,
                usable_at=draw(st.sampled_from(UsableAt)),
                first_day=first_day,
                last_day=first_day + timedelta(days=draw(st.integers(0, 8))),
                grace_days=draw(st.sampled_from([0, 3])),
                issued_at=NOON - timedelta(days=draw(st.integers(6, 8))),
                paid_left_yen=draw(st.integers(0, paid_yen)),
                premium_left_yen=draw(st.integers(0, premium_yen)),
            )
        )
    return found


def books_of(wallet: list[Lot]) -> Books:
    return Books(lots={lot.id: lot for lot in wallet}, wallets={WALLET: sorted(wallet, key=Lot.spend_order)})


def ids() -> "count[int]":
    return count(0xD0000)


def run(command: Pay | RefundPayment | VoidPayment | ExpireLot, books: Books) -> Draft:
    return decide(command, books, (UUID(int=number) for number in ids()))


def pay(amount_yen: int, size: ShopSize = ShopSize.SMALL, at: datetime = NOON) -> Pay:
    return Pay(KEY, at, WALLET, SHOP, size, amount_yen)


def figures(books: Books) -> dict[UUID, tuple[int, int]]:
    return {lot.id: (lot.paid_left_yen, lot.premium_left_yen) for lot in books.lots.values()}


def remember(books: Books, draft: Draft) -> UUID:
    """Let a reversal find what a draft took."""
    journal = draft.journals[0]
    lines = [
        Line(number, moved.debit_account_id, moved.credit_account_id, moved.amount_yen, moved.paid_yen, 0, 0)
        for number, moved in enumerate(journal.transfers, start=1)
    ]
    books.originals[journal.id] = Original(journal.id, journal.kind, journal.event_at, lines)
    return journal.id


@settings(deadline=None, max_examples=80)
@given(lots(), st.integers(1, 12_000), st.sampled_from(ShopSize))
def test_a_payment_empties_usable_lots_in_spend_order_or_is_refused_whole(
    wallet: list[Lot], amount_yen: int, size: ShopSize
) -> None:
    books = books_of(wallet)
    before = figures(books)
    usable = [
        lot
        for lot in sorted(wallet, key=lambda lot: (lot.last_day, lot.issued_at, lot.id))
        if lot.first_day <= DAY <= lot.last_day
        and (lot.usable_at == "all_shops" or size == "small")
        and any(before[lot.id])
    ]
    usable_yen = sum(lot.left_yen for lot in usable)
    if usable_yen < amount_yen:
        with pytest.raises(ValueNotEnough) as refusal:
            run(pay(amount_yen, size), books)
        total_yen = sum(map(sum, before.values()))
        assert refusal.value == ValueNotEnough(asked_yen=amount_yen, usable_yen=usable_yen, total_yen=total_yen)
        assert figures(books) == before
        return
    draft = run(pay(amount_yen, size), books)
    moved = draft.journals[0].transfers
    assert sum(transfer.amount_yen for transfer in moved) == amount_yen
    assert [transfer.debit_account_id for transfer in moved] == [lot.id for lot in usable[: len(moved)]]
    for transfer in moved[:-1]:
        assert transfer.amount_yen == sum(before[transfer.debit_account_id])
    after = figures(books)
    for transfer in moved:
        paid_yen, premium_yen = before[transfer.debit_account_id]
        left = (paid_yen - transfer.paid_yen, premium_yen - transfer.premium_yen)
        assert after[transfer.debit_account_id] == left
        assert min(left) >= 0


@settings(deadline=None, max_examples=80)
@given(lots(), st.integers(1, 8_000), st.lists(st.integers(1, 3_000), max_size=6))
def test_refunds_unwind_a_payment_from_its_last_line_and_restore_the_wallet(
    wallet: list[Lot], amount_yen: int, pieces: list[int]
) -> None:
    books = books_of(wallet)
    before = figures(books)
    try:
        payment = run(pay(amount_yen), books)
    except Refusal:
        assume(False)
    payment_id = remember(books, payment)
    left_yen, unwound = amount_yen, []
    for piece_yen in [*pieces, amount_yen]:
        if not left_yen:
            break
        piece = min(piece_yen, left_yen)
        refund = run(RefundPayment(KEY, NOON, payment_id, piece), books)
        (journal,) = refund.journals
        assert sum(transfer.amount_yen for transfer in journal.transfers) == piece
        unwound += [transfer.reverses_line for transfer in journal.transfers]
        left_yen -= piece
    lines = [number for number in unwound if number is not None]
    assert lines == sorted(lines, reverse=True)
    assert figures(books) == before


@settings(deadline=None, max_examples=60)
@given(lots(), st.integers(1, 8_000), st.integers(0, 12))
def test_value_given_back_to_an_expired_lot_keeps_its_parts(
    wallet: list[Lot], amount_yen: int, days_later: int
) -> None:
    books = books_of(wallet)
    try:
        payment = run(pay(amount_yen), books)
    except Refusal:
        assume(False)
    asked_on = DAY + timedelta(days=days_later)
    taken = {moved.debit_account_id: moved for moved in payment.journals[0].transfers}
    refund = run(RefundPayment(KEY, city_time(asked_on, 12), remember(books, payment), amount_yen), books)
    assert len(taken) == len(refund.journals[0].transfers)
    by_line = dict(enumerate(payment.journals[0].transfers, start=1))
    new_lots = {lot.id: lot for lot in refund.lots}
    expired = {journal.transfers[0].debit_account_id for journal in refund.journals[1:]}
    for back in refund.journals[0].transfers:
        assert back.reverses_line is not None
        source = by_line[back.reverses_line]
        lot = books.lots[source.debit_account_id]
        assert (back.amount_yen, back.paid_yen) == (source.amount_yen, source.paid_yen)
        if asked_on <= lot.last_day:
            assert back.credit_account_id == lot.id
        elif lot.grace_days:
            successor = new_lots[back.credit_account_id]
            assert (successor.paid_yen, successor.premium_yen) == (source.paid_yen, source.premium_yen)
            assert successor.terms == Terms(lot.usable_at, asked_on, asked_on + timedelta(days=3), 0)
            assert (successor.wallet_id, successor.succeeds_lot_id) == (WALLET, lot.id)
        else:
            assert back.credit_account_id == lot.id
            assert lot.id in expired
            assert lot.left_yen == 0


@settings(deadline=None, max_examples=60)
@given(lots(), st.integers(-10, 10))
def test_expiry_books_all_that_is_left_by_part_after_the_last_day_only(wallet: list[Lot], days: int) -> None:
    books, lot = books_of(wallet), wallet[0]
    assume(lot.left_yen)
    paid_yen, premium_yen = lot.paid_left_yen, lot.premium_left_yen
    day = lot.last_day + timedelta(days=days)
    try:
        draft = run(ExpireLot(KEY, city_time(day), lot.id), books)
    except LotNotYetExpired:
        assert days <= 0
        assert (lot.paid_left_yen, lot.premium_left_yen) == (paid_yen, premium_yen)
        return
    assert days > 0
    moved = draft.journals[0].transfers
    assert sum(transfer.paid_yen for transfer in moved) == paid_yen
    assert sum(transfer.amount_yen for transfer in moved) == paid_yen + premium_yen
    assert all(transfer.paid_yen in (0, transfer.amount_yen) for transfer in moved)
    assert lot.left_yen == 0


@settings(deadline=None, max_examples=80)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_last_day_allowed_is_within_six_months_first_day_included(issued_on: date) -> None:
    last_day = last_day_allowed(issued_on)
    months = (last_day.year - issued_on.year) * 12 + last_day.month - issued_on.month
    next_day = last_day + timedelta(days=1)
    assert months in (5, 6)
    assert 180 <= (next_day - issued_on).days <= 184
    if next_day.day != 1:
        assert (next_day.day, months) == (issued_on.day, 6)


def test_the_last_day_allowed_at_the_ends_of_months() -> None:
    days = {
        date(2026, 8, 1): date(2027, 1, 31),
        date(2026, 8, 2): date(2027, 2, 1),
        date(2026, 8, 28): date(2027, 2, 27),
        date(2026, 8, 29): date(2027, 2, 28),
        date(2026, 8, 31): date(2027, 2, 28),
        date(2027, 8, 31): date(2028, 2, 29),
        date(2026, 3, 31): date(2026, 9, 30),
        date(2026, 6, 30): date(2026, 12, 29),
        date(2026, 7, 1): date(2026, 12, 31),
    }
    assert {day: last_day_allowed(day) for day in days} == days
