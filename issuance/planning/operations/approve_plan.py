"""Approve the rules that a second person has seen."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Campaign, Clerk
from issuance.operations.approve_campaign import approve_campaign
from issuance.planning.queries import plan_of
from issuance.planning.rules.consent import demand_draft, demand_no_red, demand_same_rules
from issuance.refusals import CampaignUnknown
from issuance.store import campaigns


def approve_plan(
    session: Session, campaign_id: UUID, *, rules_version: int, sha256: str, by: Clerk, now: datetime
) -> Campaign:
    """Approve exactly the rules that the approver names, which are frozen from now on.

    Refuses, in this order: CampaignUnknown, CampaignNotADraft, RulesChangedMeanwhile, PlanHasRedFindings, then as
    `approve_campaign`: DeskMayNotMoveCampaign, SecondPersonNeeded to everybody who wrote a version of them.
    """
    campaign = campaigns.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    demand_draft(campaign)
    plan = plan_of(session, campaign, now)
    demand_same_rules(plan.version, seen_version=rules_version, seen_sha256=sha256)
    demand_no_red(plan.findings)
    return approve_campaign(session, campaign_id, by=by, now=now)
