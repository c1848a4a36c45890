"""Which account a merchant is paid to, and which step a change of it may take."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from merchants.model import (
    ACCOUNT_MOVES,
    AccountEvent,
    AccountPlace,
    AccountState,
    AccountStep,
    Actor,
    JoiningTerms,
)
from merchants.refusals import (
    AccountChangeReasonMissing,
    AccountChangeStepNotAllowed,
    AccountChangeUnderWay,
    AccountChangeUnknown,
    AccountInForceAlready,
)
from merchants.rules.reasons import written_reason


def account_in_force(places: Sequence[AccountPlace], now: datetime) -> AccountPlace | None:
    """The account that is paid to: of those that have begun the one that began last."""
    begun = [place for place in places if place.is_in_force(now)]
    return max(begun, key=lambda place: (place.valid_from, place.number), default=None)


def open_change(places: Sequence[AccountPlace], now: datetime) -> AccountPlace | None:
    """The change that waits for an answer or for its first day; there is one at most."""
    return next((place for place in places if place.is_open(now)), None)


def demand_nothing_open(places: Sequence[AccountPlace], now: datetime) -> None:
    """Refuse AccountChangeUnderWay while a change is open."""
    waiting = open_change(places, now)
    if waiting is not None:
        raise AccountChangeUnderWay(waiting.number)


def decide_account_step(
    places: Sequence[AccountPlace],
    number: int,
    step: AccountStep,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    terms: JoiningTerms,
) -> AccountEvent:
    """The event of a step that may be taken now with the account of this number; approval sets its first instant.

    Refuses, in this order: AccountChangeUnknown; AccountInForceAlready; AccountChangeStepNotAllowed;
    AccountChangeReasonMissing.
    """
    reason = written_reason(reason)
    place = next((place for place in places if place.number == number > 1), None)
    if place is None:
        raise AccountChangeUnknown
    if step is AccountStep.STOPPED and place.is_in_force(now):
        raise AccountInForceAlready(place.valid_from.isoformat() if place.valid_from else "")
    move = ACCOUNT_MOVES.get((place.state, step))
    if move is None or by.kind not in move.movers:
        raise AccountChangeStepNotAllowed(place.state.value, step.value)
    if move.needs_reason and not reason:
        raise AccountChangeReasonMissing
    valid_from = now + timedelta(days=terms.account_cooling_days) if step is AccountStep.APPROVED else None
    return AccountEvent(place.account_id, step, place.state, move.to_state, now, by.kind, by.id, reason, valid_from)


def asking(place: AccountPlace, by: Actor, now: datetime) -> AccountEvent:
    """The event with which an account that was asked for begins."""
    state = AccountState.PROPOSED
    return AccountEvent(place.account_id, AccountStep.ASKED, state, state, now, by.kind, by.id)
