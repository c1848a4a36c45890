"""The live feed: what arrives at the user's stores, as server-sent events (HTML Living Standard, section 9.2)."""

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from kernel.http import FieldsInvalid, refuses
from kernel.refusals import Outage, Refusal
from merchant_portal.feed import Listener, Position, TooManyFeeds, look, position_now
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.reach import OwnStores
from merchant_portal.routes.takings import movement_answer
from merchant_portal.viewer import SIGN_IN_REFUSALS, ShopUser, shop_user
from merchants.model import StoreView

router = APIRouter(tags=["shop: takings"])

BEAT_EVERY_S = 5.0
POSITION_LENGTH_MAX = 8_000
After = Annotated[
    str, Query(max_length=POSITION_LENGTH_MAX, description="The `id` of an event; what came after it is sent first")
]
LastEventId = Annotated[str, Header(max_length=POSITION_LENGTH_MAX, description="As `after`, by a browser itself")]
EVENTS_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "`arrived`: a movement, as in the takings. `beat`: nothing else came until now. `blind`: nobody can say at "
            "this moment whether something came. `reload`: read the takings anew. `ended`: the sign-in has ended. "
            "Each `id` is where a new connection goes on, without a gap and without an event twice."
        ),
        "content": {
            "text/event-stream": {"schema": {"type": "string"}, "example": "event: beat\nid: 4711\ndata: {}\n\n"}
        },
    }
}


async def _listening(viewer: ShopUser, stores: OwnStores, parts: Parts) -> AsyncIterator[Listener]:
    store_ids = [store.store_id for store in stores]
    with parts.feed.listening(parts.database, viewer.merchant_id, store_ids) as listener:
        yield listener


@router.get(
    "/feed",
    response_class=EventSourceResponse,
    responses={**EVENTS_DOCUMENT, **refuses(*SIGN_IN_REFUSALS, FieldsInvalid, TooManyFeeds)},
)
async def feed(
    request: Request,
    stores: OwnStores,
    parts: Parts,
    listener: Annotated[Listener, Depends(_listening)],
    after: After = "",
    last_event_id: LastEventId = "",
) -> AsyncIterable[ServerSentEvent]:
    """What arrives at the user's stores from now on, or after the event that is named; it ends with the sign-in."""
    position = Position.read(last_event_id) or Position.read(after)
    async for event in _events(parts, stores, listener, position):
        yield event
        if event.event in ("beat", "blind") and not await _is_signed_in(request, parts):
            yield ServerSentEvent(event="ended", data={})
            return


async def _events(
    parts: PortalParts, stores: list[StoreView], listener: Listener, begun: Position | None
) -> AsyncIterator[ServerSentEvent]:
    names = {store.store_id: store.display_name for store in stores}
    position = await run_in_threadpool(_now, parts, listener) if begun is None else begun
    fresh = await run_in_threadpool(look, parts.database, position.since, listener.store_ids)
    if fresh.settled_before < position.since:  # A place in another server's books.
        position = await run_in_threadpool(_now, parts, listener)
        yield ServerSentEvent(event="reload", id=str(position), data={})
    while not listener.is_behind:
        for step, movement in position.steps(fresh):
            answer = movement_answer(movement, names).model_dump(mode="json")
            yield ServerSentEvent(event="arrived", id=str(step), data=answer)
        position = position.after(fresh)
        while not listener.waiting:
            position = position.settled(listener.settled_before)  # Nothing waits, so all until there was sent.
            yield ServerSentEvent(event="blind" if parts.feed.is_blind else "beat", id=str(position), data={})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listener.heard.wait(), BEAT_EVERY_S)
        fresh = listener.next()


def _now(parts: PortalParts, listener: Listener) -> Position:
    with parts.database.transaction() as session:
        return position_now(session, listener.store_ids)


async def _is_signed_in(request: Request, parts: PortalParts) -> bool:
    """Whether who listens is signed in still; that an outage hides it is no reason to end."""
    try:
        await shop_user(request, parts)
    except Refusal:
        return False
    except Outage:
        return True
    return True
