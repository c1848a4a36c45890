"""The decisions of expiry as pure functions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from issuance.expiry.model import (
    DueLot,
    ExpiredLot,
    ExpiryReversal,
    ExpiryReversalState,
    ExpiryRun,
    ExpiryRunState,
)
from issuance.expiry.refusals import (
    DeskMayNotExpire,
    ExpiryDayNotOver,
    ExpiryDigestDiffers,
    ExpiryReversalNotReady,
    ExpiryReversalTooLate,
    ExpiryRunNotReady,
    ReversalDayImpossible,
    ReversalReasonMissing,
)
from issuance.model import Clerk, Desk
from issuance.refusals import SecondPersonNeeded
from kernel.clock import city_date
from kernel.ids import derived_id
from ledger.model import ExpireLot, ReverseExpiry, command_key
from ledger.rules.issuing import last_day_allowed

EXPIRY_DESKS = frozenset({Desk.COMMERCE, Desk.FINANCE})
REVERSIBLE_DAYS = 30
ENDED_STATES = frozenset({ExpiryRunState.DONE, ExpiryRunState.STOPPED})


def digest_of(through_day: date, lots: Iterable[DueLot]) -> str:
    """SHA-256, in hex, of a list of lots in the order of their ids: the day, then a line for each lot.

    A line is the lot, its campaign, its last day, its paid and its premium yen, with single spaces. Lines end in LF.
    """
    digest = sha256(f"{through_day}\n".encode())
    for lot in lots:
        line = f"{lot.lot_id} {lot.campaign_id} {lot.last_day} {lot.paid_yen} {lot.premium_yen}\n"
        digest.update(line.encode())
    return digest.hexdigest()


def check_desk(by: Clerk) -> None:
    """Refuse DeskMayNotExpire for another desk than commerce and finance."""
    if by.desk not in EXPIRY_DESKS:
        raise DeskMayNotExpire(desk=by.desk)


def check_plan(through_day: date, by: Clerk, now: datetime) -> None:
    """Refuse, in this order: DeskMayNotExpire; ExpiryDayNotOver for today and later days of the city."""
    check_desk(by)
    today = city_date(now)
    if through_day >= today:
        raise ExpiryDayNotOver(asked_day=through_day.isoformat(), today=today.isoformat())


def check_approval(run: ExpiryRun, digest: str, by: Clerk) -> None:
    """Refuse, in this order: DeskMayNotExpire, ExpiryRunNotReady, SecondPersonNeeded, ExpiryDigestDiffers."""
    check_desk(by)
    check_state(run, ExpiryRunState.PLANNED)
    if by.id == run.planned_by:
        raise SecondPersonNeeded
    if digest != run.digest:
        raise ExpiryDigestDiffers(run_id=str(run.id))


def check_state(run: ExpiryRun, needed: ExpiryRunState) -> None:
    """Refuse ExpiryRunNotReady at any other step."""
    if run.state is not needed:
        raise ExpiryRunNotReady(state=run.state, needed=needed)


def expiry_of(run_id: UUID, lot: DueLot, now: datetime) -> ExpireLot:
    """The command that expires a lot of a run: of just what it held, once per run."""
    key = command_key("expiry-run", f"{run_id} {lot.lot_id}", lot.paid_yen, lot.premium_yen)
    return ExpireLot(key, now, lot.lot_id, lot.parts)


def check_reversal(run: ExpiryRun, reason: str, last_day: date, by: Clerk, now: datetime) -> None:
    """Refuse, in this order: DeskMayNotExpire; ExpiryRunNotReady while the run goes on or before it began;
    ReversalReasonMissing; what `check_last_day` refuses.
    """
    check_desk(by)
    if run.state not in ENDED_STATES:
        raise ExpiryRunNotReady(state=run.state, needed=ExpiryRunState.DONE)
    if not reason.strip():
        raise ReversalReasonMissing
    check_last_day(last_day, now)


def check_last_day(last_day: date, now: datetime) -> None:
    """Refuse ReversalDayImpossible for a day that is over, or past six months from today."""
    today = city_date(now)
    latest = last_day_allowed(today)
    if not today <= last_day <= latest:
        raise ReversalDayImpossible(
            last_day=last_day.isoformat(), earliest=today.isoformat(), latest=latest.isoformat()
        )


def check_in_time(expired_at: datetime, now: datetime) -> None:
    """Refuse ExpiryReversalTooLate after the thirtieth city day after the expiry."""
    expired_on = city_date(expired_at)
    last_day = expired_on + timedelta(days=REVERSIBLE_DAYS)
    if city_date(now) > last_day:
        raise ExpiryReversalTooLate(expired_on=expired_on.isoformat(), last_day=last_day.isoformat())


def check_confirmation(reversal: ExpiryReversal, by: Clerk, now: datetime) -> None:
    """Refuse, in this order: DeskMayNotExpire, ExpiryReversalNotReady, SecondPersonNeeded, ReversalDayImpossible."""
    check_desk(by)
    if reversal.state is not ExpiryReversalState.ASKED:
        raise ExpiryReversalNotReady(state=reversal.state, needed=ExpiryReversalState.ASKED)
    if by.id == reversal.asked_by:
        raise SecondPersonNeeded
    check_last_day(reversal.last_day, now)


def reversal_of(reversal: ExpiryReversal, lot: ExpiredLot, now: datetime) -> ReverseExpiry:
    """The command that gives a lot back, to a new lot whose id follows from the reversal and the lot."""
    subject = f"{reversal.id} {lot.lot_id}"
    new_lot_id = derived_id("lot", "expiry-reversal", subject)
    return ReverseExpiry(command_key("expiry-reversal", subject), now, lot.journal_id, new_lot_id, reversal.last_day)
