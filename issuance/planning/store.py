"""Every statement of planning that its campaign's own store does not have."""

from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignState, Desk
from issuance.planning.model import HistoryLine
from kernel.db import driver_connection

HISTORY = """
SELECT event, from_state, to_state, by, desk, at, reason FROM issuance.campaign_events
WHERE campaign_id = %s ORDER BY id
"""


def history(session: Session, campaign_id: UUID) -> list[HistoryLine]:
    """Everything that happened to a campaign, in that order."""
    rows = driver_connection(session).execute(HISTORY, [campaign_id])
    return [
        HistoryLine(
            event=event,
            from_state=CampaignState(from_state) if from_state else None,
            to_state=CampaignState(to_state),
            by=by,
            desk=Desk(desk),
            at=at,
            reason=reason,
        )
        for event, from_state, to_state, by, desk, at, reason in rows
    ]
