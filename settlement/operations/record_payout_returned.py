"""Book that the bank gave one transfer of a payout back (資金返却, 組戻)."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_date
from ledger.model import JournalKind, PostMoves, command_key
from ledger.operations.post_journals import post_journals
from settlement.model import PayoutEvent, PayoutState
from settlement.queries import payout_by_id
from settlement.rules.moving import journal_of, returning_moves
from settlement.rules.stepping import (
    find_event,
    find_item,
    last_moment_of,
    refuse_impossible_day,
    refuse_step,
    refuse_unexplained_return,
)
from settlement.store import closings, payouts


def record_payout_returned(
    session: Session,
    payout_id: UUID,
    item_number: int,
    *,
    reason: str,
    credit_ref: str,
    returned_on: date,
    by: str,
    now: datetime,
) -> PayoutEvent:
    """Owe the shop again what came back, by reversing the lines of its item; the same again gives the first event.

    Its movements stay in their closing: the item is paid anew by reissue_payout_item, not by the next closing.
    Refuses, in this order: ReturnNotExplained, PayoutNotFound, PayoutItemNotFound, PayoutStepNotAllowed (returned with
    other facts, or settled), PayoutDayImpossible, PeriodIsClosed.
    """
    refuse_unexplained_return(reason, credit_ref)
    closings.take_turn(session)
    payout = payout_by_id(session, payout_id)
    item = find_item(payout, item_number)
    known = find_event(payout, PayoutState.RETURNED, item_number)
    if known is not None and (known.event_day, known.credit_ref) == (returned_on, credit_ref):
        return known
    refuse_step(payout, PayoutState.RETURNED, item_number)
    refuse_impossible_day(returned_on, first_day=city_date(payout.created_at), now=now)
    key = command_key("settlement.record_payout_returned", f"{payout_id} {item_number}", returned_on)
    command = PostMoves(
        key,
        last_moment_of(returned_on, now),
        JournalKind.PAYOUT_RETURNED,
        returning_moves(payout_id, item),
        payout.journal_id,
    )

    # Nothing below this line may refuse, except that the books may be closed for that day.
    (outcome,) = post_journals(session, [command])
    event = PayoutEvent(
        payout_id,
        PayoutState.RETURNED,
        returned_on,
        now,
        by,
        item_number,
        reason,
        credit_ref,
        journal_of(outcome).id,
    )
    payouts.write_events(session, [event])
    return event
