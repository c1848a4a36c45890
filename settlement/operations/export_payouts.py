"""Put payouts into flight: the books first, then the payouts with their files."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_date
from ledger.model import JournalKind, PostMoves, command_key
from ledger.operations.post_journals import post_journals
from settlement.model import ItemReference, PayoutDraft, PayoutEvent, PayoutState
from settlement.rules.moving import closing_moves, journal_of
from settlement.store import payouts


def export_payouts(
    session: Session,
    drafts: Sequence[PayoutDraft],
    *,
    closing_id: UUID,
    by: str,
    now: datetime,
    reissues: ItemReference | None = None,
) -> None:
    """Post one settlement_closed journal for each payout and store it, with the event that it was exported.

    Part of close_settlement and reissue_payout_item, which hold the turn lock and decided before. Raises
    PeriodIsClosed when the books are closed for the day of `now`.
    """
    outcomes = post_journals(session, [_command(draft, now) for draft in drafts])
    journal_ids = [journal_of(outcome).id for outcome in outcomes]
    for draft, journal_id in zip(drafts, journal_ids, strict=True):
        payouts.write_payout(
            session, draft, closing_id=closing_id, journal_id=journal_id, created_at=now, reissues=reissues
        )
    today = city_date(now)
    exported = PayoutState.EXPORTED
    payouts.write_events(
        session,
        [
            PayoutEvent(draft.id, exported, today, now, by, journal_id=journal_id)
            for draft, journal_id in zip(drafts, journal_ids, strict=True)
        ],
    )


def _command(draft: PayoutDraft, now: datetime) -> PostMoves:
    key = command_key("settlement.export_payouts", str(draft.id), draft.total_yen)
    return PostMoves(key, now, JournalKind.SETTLEMENT_CLOSED, closing_moves(draft.id, draft.items))
