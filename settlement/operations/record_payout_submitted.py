"""Note that a payout's file was handed to the bank."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_date
from settlement.model import PayoutEvent, PayoutState
from settlement.queries import payout_by_id
from settlement.rules.stepping import find_event, refuse_impossible_day, refuse_step
from settlement.store import closings, payouts


def record_payout_submitted(
    session: Session, payout_id: UUID, *, submitted_on: date, by: str, now: datetime
) -> PayoutEvent:
    """Note the day on which the bank took the file; no money moves. The same again gives the first note.

    Refuses, in this order: PayoutNotFound, PayoutStepNotAllowed, PayoutDayImpossible.
    """
    closings.take_turn(session)
    payout = payout_by_id(session, payout_id)
    known = find_event(payout, PayoutState.SUBMITTED)
    if known is not None and known.event_day == submitted_on:
        return known
    refuse_step(payout, PayoutState.SUBMITTED)
    refuse_impossible_day(submitted_on, first_day=city_date(payout.created_at), now=now)
    event = PayoutEvent(payout_id, PayoutState.SUBMITTED, submitted_on, now, by)

    # Nothing below this line may refuse.
    payouts.write_events(session, [event])
    return event
