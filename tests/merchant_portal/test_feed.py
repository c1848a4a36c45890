"""The live feed: where a stream stands, what is new to it, and how many may listen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest
from fastapi.sse import ServerSentEvent

from kernel.clock import city_time
from kernel.db import Database
from kernel.ids import new_id
from kernel.refusals import DatabaseUnreachable
from merchant_portal import feed as feeding
from merchant_portal.feed import STREAMS_PER_SHOP_MAX, WAITING_MAX, Position, TakingsFeed, TooManyFeeds, position_now
from merchant_portal.parts import PortalParts
from merchant_portal.reach import find_own_stores
from merchant_portal.routes.feed import _events
from merchant_portal.viewer import ShopViewer
from payments.queries import FreshMovements, Movement, movements_since
from tests.merchant_portal.world import CASHIER, OWNER, TODAY, World
from tests.merchants.shops import MARKET, NORTH, SOUTH

AT = city_time(TODAY, 12)


def moved(place: int) -> Movement:
    payment_id = UUID(int=place)
    return Movement("payment", payment_id, payment_id, NORTH.store_id, 100, AT)


def test_a_movement_that_commits_late_is_neither_missed_nor_shown_twice() -> None:
    start = Position(100)
    early = FreshMovements(100, ((105, moved(5)),))
    shown = [movement for _, movement in start.steps(early)]
    after = Position.read(str(start.after(early)))
    assert after is not None
    late = FreshMovements(106, ((103, moved(3)), (105, moved(5))))
    assert shown == [moved(5)]
    assert [movement for _, movement in after.steps(late)] == [moved(3)]
    assert after.after(late) == Position(106)


def test_a_line_cut_between_two_events_of_one_look_goes_on_with_the_second() -> None:
    look = FreshMovements(110, ((101, moved(1)), (102, moved(2))))
    (first, _), (second, _) = Position(100).steps(look)
    resumed = Position.read(str(first))
    assert resumed is not None
    assert [movement for _, movement in resumed.steps(look)] == [moved(2)]
    assert str(second) == "100.000000000001.000000000002"


@pytest.mark.parametrize("text", ["", "x", "1.2", "1;2", "1." + "g" * 12, "9" * 19, "-1", "1" + ".000000000001" * 601])
def test_a_place_that_nobody_wrote_is_none(text: str) -> None:
    assert Position.read(text) is None


def test_what_is_there_already_is_not_new(world: World, make_database: Callable[[str], Database]) -> None:
    world.charge(100)
    with world.pay.transaction() as session:
        position = position_now(session, [NORTH.store_id])
        fresh = movements_since(session, position.since, [NORTH.store_id])
    assert position.steps(fresh) == []
    world.charge(200)
    with world.pay.transaction() as session:
        fresh = movements_since(session, position.since, [NORTH.store_id])
        elsewhere = movements_since(session, position.since, [SOUTH.store_id])
    assert [movement.amount_yen for _, movement in position.steps(fresh)] == [200]
    assert position.steps(elsewhere) == []


def test_an_open_transaction_hides_nothing_that_commits_meanwhile(
    world: World, make_database: Callable[[str], Database]
) -> None:
    with world.pay.transaction() as session:
        position = position_now(session, [NORTH.store_id])
    with make_database("kashiman_worker").engine.connect() as open_for_long:
        open_for_long.exec_driver_sql("SELECT pg_current_xact_id()")
        world.charge(300)
        with world.pay.transaction() as session:
            fresh = movements_since(session, position.since)
        seen = position.after(fresh)
        assert [movement.amount_yen for _, movement in position.steps(fresh)] == [300]
        world.charge(400)
        with world.pay.transaction() as session:
            later = movements_since(session, seen.since)
        assert [movement.amount_yen for _, movement in seen.steps(later)] == [400]


async def told(events: AsyncIterator[ServerSentEvent], count: int) -> list[ServerSentEvent]:
    """The next events that are no beat."""
    found: list[ServerSentEvent] = []
    async with asyncio.timeout(20):
        async for event in events:
            if event.event != "beat":
                found.append(event)
            if len(found) == count:
                break
    return found


def test_a_stream_goes_on_where_another_was_cut(world: World) -> None:
    parts: PortalParts = world.app.state.portal
    viewer = ShopViewer(new_id(), MARKET.merchant_id, None, OWNER.role, None, AT)  # type: ignore[arg-type]

    async def listen() -> tuple[list[ServerSentEvent], list[ServerSentEvent]]:
        with parts.database.transaction() as session:
            stores = find_own_stores(session, viewer)
            begun = position_now(session, [store.store_id for store in stores])
        store_ids = [store.store_id for store in stores]
        with parts.feed.listening(parts.database, MARKET.merchant_id, store_ids) as listener:
            await asyncio.to_thread(world.charge, 110)
            first = await told(_events(parts, stores, listener, begun), 1)
        await asyncio.to_thread(world.charge, 120)
        with parts.feed.listening(parts.database, MARKET.merchant_id, store_ids) as listener:
            place = Position.read(str(first[-1].id))
            stream = _events(parts, stores, listener, place)
            second = await told(stream, 1)
            await asyncio.to_thread(world.charge, 130)
            return first, second + await told(stream, 1)

    first, second = asyncio.run(listen())
    assert [event.data["amount_yen"] for event in first] == [110]
    assert [event.data["amount_yen"] for event in second] == [120, 130]


def test_a_shop_has_a_bounded_number_of_streams_and_one_that_ends_makes_room(world: World) -> None:
    async def fill() -> None:
        feed = TakingsFeed()
        listening = [feed.listening(world.pay, MARKET.merchant_id, []) for _ in range(STREAMS_PER_SHOP_MAX)]
        for each in listening:
            each.__enter__()
        with pytest.raises(TooManyFeeds), feed.listening(world.pay, MARKET.merchant_id, []):
            pass
        with feed.listening(world.pay, new_id(), []):
            pass
        listening.pop().__exit__(None, None, None)
        with feed.listening(world.pay, MARKET.merchant_id, []):
            pass
        for each in listening:
            each.__exit__(None, None, None)

    asyncio.run(fill())


def test_a_stream_that_does_not_keep_up_is_ended() -> None:
    listener = feeding.Listener(MARKET.merchant_id, (NORTH.store_id,))
    for place in range(WAITING_MAX + 1):
        listener.hear(FreshMovements(place, ((place, moved(place)),)))
    assert listener.is_behind


def test_a_feed_whose_looks_fail_says_that_it_is_blind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def fail(*_: object) -> FreshMovements:
        raise DatabaseUnreachable

    async def wait() -> tuple[bool, bool]:
        feed = TakingsFeed(lambda: now[0])
        with feed.listening(world.pay, MARKET.merchant_id, []):
            await asyncio.sleep(0)
            before = feed.is_blind
            now[0] = feeding.BLIND_AFTER_S + 1
            return before, feed.is_blind

    monkeypatch.setattr(feeding, "look", fail)
    assert asyncio.run(wait()) == (False, True)


def test_only_people_of_the_shop_may_listen(world: World) -> None:
    answer = world.client.get("/api/v1/shop/feed")
    assert answer.status_code == 401
    assert CASHIER.store_id == NORTH.store_id
