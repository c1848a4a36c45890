"""Which step a payout or one of its items may take next."""

from datetime import date, datetime, timedelta

from kernel.clock import city_date
from settlement.model import LEGAL_STEPS, Payout, PayoutEvent, PayoutItem, PayoutState
from settlement.refusals import (
    PayoutDayImpossible,
    PayoutItemNotFound,
    PayoutStepNotAllowed,
    ReturnNotExplained,
)
from settlement.rules.netting import end_of_day

_OF_ITEMS = frozenset({PayoutState.RETURNED, PayoutState.REISSUED})


def payout_state(payout: Payout) -> PayoutState:
    """How far the payout as a whole has come."""
    kinds = {event.kind for event in payout.events if event.item_number is None}
    return next(state for state in (PayoutState.SETTLED, PayoutState.SUBMITTED, PayoutState.EXPORTED) if state in kinds)


def item_state(payout: Payout, item_number: int) -> PayoutState:
    """How far one item has come: as far as its payout unless it came back."""
    kinds = {event.kind for event in payout.events if event.item_number == item_number}
    for state in (PayoutState.REISSUED, PayoutState.RETURNED):
        if state in kinds:
            return state
    return payout_state(payout)


def items_under_way(payout: Payout) -> tuple[PayoutItem, ...]:
    """The items that did not come back."""
    return tuple(item for item in payout.items if item_state(payout, item.item_number) not in _OF_ITEMS)


def find_item(payout: Payout, item_number: int) -> PayoutItem:
    """The item of this number. Refuses: PayoutItemNotFound."""
    for item in payout.items:
        if item.item_number == item_number:
            return item
    raise PayoutItemNotFound(payout_id=str(payout.id), item_number=item_number)


def find_event(payout: Payout, kind: PayoutState, item_number: int | None = None) -> PayoutEvent | None:
    """The event of this kind in the history of a payout or item; there is at most one."""
    for event in payout.events:
        if event.kind is kind and event.item_number == item_number:
            return event
    return None


def refuse_step(payout: Payout, asked: PayoutState, item_number: int | None = None) -> None:
    """Refuse PayoutStepNotAllowed unless the table of legal steps leads there, and settling if nothing is left."""
    state = payout_state(payout) if item_number is None else item_state(payout, item_number)
    nothing_left = asked is PayoutState.SETTLED and not items_under_way(payout)
    if (state, asked) not in LEGAL_STEPS or nothing_left:
        raise PayoutStepNotAllowed(
            payout_id=str(payout.id),
            item_number=item_number,
            state=PayoutState.RETURNED if nothing_left else state,
            asked=asked,
        )


def refuse_impossible_day(day: date, *, first_day: date, now: datetime) -> None:
    """Refuse PayoutDayImpossible for a day before the first possible one or after today."""
    if not first_day <= day <= city_date(now):
        raise PayoutDayImpossible(given_day=day, first_day=first_day, today=city_date(now))


def refuse_unexplained_return(reason: str, credit_ref: str) -> None:
    """Refuse ReturnNotExplained for an empty reason or reference."""
    for name, text in (("reason", reason), ("credit_ref", credit_ref)):
        if not text.strip():
            raise ReturnNotExplained(missing=name)


def last_moment_of(day: date, now: datetime) -> datetime:
    """The latest instant of a city day that has passed: when an event of which only the day is known is booked."""
    return min(now, end_of_day(day) - timedelta(microseconds=1))
