"""Approve a campaign."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Campaign, CampaignState, Clerk
from issuance.operations.move_campaign import move_campaign


def approve_campaign(session: Session, campaign_id: UUID, *, by: Clerk, now: datetime) -> Campaign:
    """Approve a draft: its rules are frozen from now on.

    Refuses, in this order: CampaignUnknown, CampaignMoveNotLegal, DeskMayNotMoveCampaign, SecondPersonNeeded; then
    what `check_terms` refuses.
    """
    return move_campaign(session, campaign_id, to_state=CampaignState.APPROVED, by=by, now=now)
