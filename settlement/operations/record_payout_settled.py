"""Book that the bank carried out a payout."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from ledger.model import Account, AccountKind, JournalKind, PostMoves, command_key, shared_account
from ledger.operations.post_journals import post_journals
from settlement.model import PayoutEvent, PayoutState
from settlement.queries import payout_by_id
from settlement.rules.moving import journal_of, settling_move
from settlement.rules.stepping import (
    find_event,
    items_under_way,
    last_moment_of,
    refuse_impossible_day,
    refuse_step,
)
from settlement.store import closings, payouts

CITY_BANK = shared_account(AccountKind.BANK, reference="city")


def record_payout_settled(
    session: Session,
    payout_id: UUID,
    *,
    settled_on: date,
    by: str,
    now: datetime,
    bank: Account = CITY_BANK,
) -> PayoutEvent:
    """Move what is in flight to the bank for all items that did not come back; the same again gives the first event.

    A settled payout has nothing left that could come back: settle it when the bank's own list shows what returned.
    Refuses, in this order: PayoutNotFound; PayoutStepNotAllowed, also when everything came back;
    PayoutDayImpossible before the pay day or after today; PeriodIsClosed.
    """
    closings.take_turn(session)
    payout = payout_by_id(session, payout_id)
    known = find_event(payout, PayoutState.SETTLED)
    if known is not None and known.event_day == settled_on:
        return known
    refuse_step(payout, PayoutState.SETTLED)
    refuse_impossible_day(settled_on, first_day=payout.pay_day, now=now)
    move = settling_move(payout_id, items_under_way(payout), bank)
    key = command_key("settlement.record_payout_settled", str(payout_id), settled_on)
    command = PostMoves(key, last_moment_of(settled_on, now), JournalKind.PAYOUT_SETTLED, (move,))

    # Nothing below this line may refuse, except that the books may be closed for that day.
    (outcome,) = post_journals(session, [command])
    journal_id = journal_of(outcome).id
    event = PayoutEvent(payout_id, PayoutState.SETTLED, settled_on, now, by, journal_id=journal_id)
    payouts.write_events(session, [event])
    return event
