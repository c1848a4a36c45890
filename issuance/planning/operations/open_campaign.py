"""Open an approved campaign."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Campaign, CampaignState, Clerk
from issuance.operations.move_campaign import move_campaign
from issuance.planning.queries import plan_of
from issuance.planning.rules.consent import demand_no_red
from issuance.refusals import CampaignUnknown
from issuance.store import campaigns


def open_campaign(session: Session, campaign_id: UUID, *, by: Clerk, now: datetime) -> Campaign:
    """Open a campaign whose lights are not red today either: law and calendar may have moved since it was approved.

    Refuses, in this order: CampaignUnknown, PlanHasRedFindings, then as `move_campaign`.
    """
    campaign = campaigns.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    demand_no_red(plan_of(session, campaign, now).findings)
    return move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=by, now=now)
