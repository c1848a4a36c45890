from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from payments.codes.match_phrase import match_phrase
from payments.queries import (
    Movement,
    MovementSum,
    find_payment,
    first_paid_at,
    movements_by_ids,
    reversals_by_payment,
    store_takings,
    wallet_entries,
    wallet_history,
    wallet_sums,
)
from payments.store import PaymentRow
from tests.ledger.books import NOON
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH
from tests.payments.shop_world import CASHIER, HANAKO, TARO, ShopWorld, refunding, voiding

HOUR = timedelta(hours=1)
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def movements(world: ShopWorld) -> list[Movement]:
    """Two payments of Taro and one of Hanako, and what was given back of two of them, in the order of time."""

    def paid(amount_yen: int, store_id: UUID, receipt_id: UUID, at: datetime) -> Movement:
        return Movement("payment", receipt_id, receipt_id, store_id, amount_yen, at)

    bread = world.paid(world.paying(1_280)).payment_id
    fish = world.paid(world.charging(700, asked_at=NOON + HOUR)).payment_id
    fruit = world.paid(world.paying(300, wallet_id=HANAKO, at=world.south, asked_at=NOON + 2 * HOUR)).payment_id
    void_at, refund_at = NOON + 3 * HOUR, TOMORROW
    void = world.reversed(voiding(fish, merchant_id=MARKET.merchant_id, asked_at=void_at)).reversal_id
    refund = world.reversed(refunding(bread, 80, asked_at=refund_at)).reversal_id
    return [
        paid(1_280, CORNER.store_id, bread, NOON),
        paid(700, NORTH.store_id, fish, NOON + HOUR),
        paid(300, SOUTH.store_id, fruit, NOON + 2 * HOUR),
        Movement("void", void, fish, NORTH.store_id, -700, void_at),
        Movement("refund", refund, bread, CORNER.store_id, -80, refund_at),
    ]


def history(world: ShopWorld, wallet_id: UUID, before: datetime = NOON + 48 * HOUR, limit: int = 50) -> list[Movement]:
    return world.pay.run(lambda session: wallet_history(session, wallet_id, before=before, limit=limit))


def takings(world: ShopWorld, *store_ids: UUID, since: datetime, before: datetime) -> list[Movement]:
    return world.pay.run(lambda session: store_takings(session, store_ids, since=since, before=before))


def test_a_wallet_sees_what_it_paid_and_got_back_newest_first(world: ShopWorld, movements: list[Movement]) -> None:
    bread, fish, fruit, void, refund = movements

    assert history(world, TARO) == [refund, void, fish, bread]
    assert history(world, HANAKO) == [fruit]
    assert history(world, UUID(int=1)) == []


def test_a_wallets_history_is_read_page_by_page(world: ShopWorld, movements: list[Movement]) -> None:
    bread, fish, _, void, refund = movements

    first = history(world, TARO, limit=2)
    second = history(world, TARO, before=first[-1].at, limit=2)

    assert (first, second) == ([refund, void], [fish, bread])
    assert history(world, TARO, before=bread.at) == []


def test_stores_see_what_they_took_and_gave_back_in_a_span(world: ShopWorld, movements: list[Movement]) -> None:
    bread, fish, fruit, void, refund = movements
    stores = [NORTH.store_id, SOUTH.store_id]

    assert takings(world, *stores, since=NOON, before=TOMORROW) == [void, fruit, fish]
    assert takings(world, *stores, since=fish.at, before=void.at) == [fruit, fish]
    assert takings(world, CORNER.store_id, since=NOON, before=TOMORROW) == [bread]
    assert takings(world, CORNER.store_id, since=TOMORROW, before=TOMORROW + HOUR) == [refund]
    assert takings(world, since=NOON, before=TOMORROW) == []


def test_takings_sum_to_what_the_books_owe_the_merchant(world: ShopWorld, movements: list[Movement]) -> None:
    after = TOMORROW + HOUR
    for merchant, stores in ((BAKERY, [CORNER]), (MARKET, [NORTH, SOUTH])):
        taken = takings(world, *(store.store_id for store in stores), since=NOON, before=after)
        owed = world.rows(
            "SELECT sum(CASE WHEN journal_kind = 'payment' THEN amount_yen ELSE -abs(amount_yen) END)::bigint"
            " FROM ledger.payable_movements WHERE merchant_id = %s",
            [merchant.merchant_id],
        )
        assert [(sum(movement.amount_yen for movement in taken),)] == owed
    assert sum(movement.amount_yen for movement in movements) == 1_500


def test_a_movement_carries_the_match_phrase_of_its_payment(world: ShopWorld, movements: list[Movement]) -> None:
    bread, *_, refund = history(world, TARO)[::-1]

    assert bread.match_phrase == refund.match_phrase == match_phrase(movements[0].id)


def test_one_payment_is_found_by_its_id(world: ShopWorld, movements: list[Movement]) -> None:
    _, fish, _, void, _ = movements

    def find(payment_id: UUID) -> PaymentRow | None:
        return world.pay.run(lambda session: find_payment(session, payment_id))

    row = (fish.id, TARO, MARKET.merchant_id, NORTH.store_id, "cpm", 700, NOON + HOUR, CASHIER)
    assert find(fish.id) == PaymentRow(*row)
    assert find(void.id) is None


def test_movements_of_one_instant_are_paged_by_their_ids(world: ShopWorld) -> None:
    paid = {world.paid(world.paying(amount_yen, asked_at=NOON)).payment_id for amount_yen in (10, 20, 30, 40, 50)}

    def page(**after: Any) -> list[Movement]:
        return world.pay.run(lambda session: wallet_history(session, TARO, limit=2, **after))

    seen: list[UUID] = []
    after: dict[str, Any] = {"before": NOON + HOUR}
    while found := page(**after):
        seen += [movement.id for movement in found]
        after = {"before": found[-1].at, "before_id": found[-1].id}
    assert len(seen) == 5
    assert set(seen) == paid


def test_a_span_of_a_wallet_has_its_payments_and_what_came_back_of_earlier_ones(
    world: ShopWorld, movements: list[Movement]
) -> None:
    bread, fish, _, _, refund = movements

    def entries(since: datetime, before: datetime) -> list[Movement]:
        return world.pay.run(lambda session: wallet_entries(session, TARO, since=since, before=before))

    assert entries(NOON, TOMORROW) == [fish, bread], "the void stands beside its payment"
    assert entries(TOMORROW, TOMORROW + HOUR) == [refund]
    assert entries(NOON, NOON) == []


def test_a_wallets_sums_are_told_by_kind(world: ShopWorld, movements: list[Movement]) -> None:
    def sums(since: datetime, before: datetime) -> dict[str, MovementSum]:
        return world.pay.run(lambda session: wallet_sums(session, TARO, since=since, before=before))

    assert sums(NOON, TOMORROW + HOUR) == {
        "payment": MovementSum("payment", 2, 1_980),
        "void": MovementSum("void", 1, -700),
        "refund": MovementSum("refund", 1, -80),
    }
    assert sums(TOMORROW + HOUR, TOMORROW + 2 * HOUR) == {}


def test_a_wallet_knows_when_it_paid_first(world: ShopWorld, movements: list[Movement]) -> None:
    def first(wallet_id: UUID) -> datetime | None:
        return world.pay.run(lambda session: first_paid_at(session, wallet_id))

    assert first(TARO) == movements[0].at
    assert first(UUID(int=1)) is None


def test_movements_are_found_by_their_ids_and_reversals_by_their_payments(
    world: ShopWorld, movements: list[Movement]
) -> None:
    bread, fish, fruit, void, refund = movements
    ids = [*(movement.id for movement in movements), UUID(int=1)]

    assert world.pay.run(lambda session: movements_by_ids(session, ids)) == {each.id: each for each in movements}
    assert world.pay.run(lambda session: reversals_by_payment(session, ids)) == {bread.id: [refund], fish.id: [void]}
    assert world.pay.run(lambda session: reversals_by_payment(session, [fruit.id])) == {}
