"""Send a draft back instead of approving it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import LEGAL_STATE_MOVES, CampaignEvent, CampaignState, Clerk
from issuance.planning.rules.consent import demand_draft, demand_reason, demand_same_rules
from issuance.refusals import CampaignUnknown, DeskMayNotMoveCampaign
from issuance.store import campaigns, rule_versions


def refuse_approval(
    session: Session, campaign_id: UUID, *, rules_version: int, sha256: str, reason: str, by: Clerk, now: datetime
) -> None:
    """Write into the history why these rules were not approved; the campaign stays a draft and is edited further.

    Whoever may approve may send back. Refuses, in this order: CampaignUnknown, CampaignNotADraft,
    DeskMayNotMoveCampaign, RulesChangedMeanwhile, PlanningReasonMissing.
    """
    campaign = campaigns.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    demand_draft(campaign)
    if by.desk not in LEGAL_STATE_MOVES[CampaignState.DRAFT, CampaignState.APPROVED].desks:
        raise DeskMayNotMoveCampaign(desk=by.desk, to_state=CampaignState.APPROVED)
    newest = rule_versions.find_versions(session, campaign_id)[-1]
    demand_same_rules(newest, seen_version=rules_version, seen_sha256=sha256)
    why = demand_reason(reason)
    campaigns.log_event(session, campaign_id, campaign.state, CampaignEvent.APPROVAL_REFUSED, by, now, why)
