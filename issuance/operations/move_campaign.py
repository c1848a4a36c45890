"""Move a campaign to the next state of its life."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Campaign, CampaignState, Clerk
from issuance.refusals import CampaignUnknown
from issuance.rules.campaigns import check_move
from issuance.store import campaigns as store
from issuance.store import rule_versions


def move_campaign(
    session: Session, campaign_id: UUID, *, to_state: CampaignState, by: Clerk, now: datetime, reason: str = ""
) -> Campaign:
    """Move a campaign along the table of legal moves, and log who did it with what the move emits.

    Gives the campaign as it stands then. Refuses CampaignUnknown, then what `check_move` refuses.
    """
    campaign = store.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    authors = rule_versions.rule_authors(session, campaign_id)
    check_move(campaign, to_state, by, store.rounds_of(session, campaign_id), now, authors=authors)
    store.move_campaign(session, campaign, to_state, by, now, reason)
    approved_by = by.id if to_state is CampaignState.APPROVED else campaign.approved_by
    return replace(campaign, state=to_state, approved_by=approved_by)
