"""Whether somebody may write rules, and whether what they saw is what there is."""

from issuance.model import Campaign, CampaignState, Clerk, Desk, RuleVersion
from issuance.planning.model import Finding, Light
from issuance.planning.refusals import (
    CampaignNotADraft,
    PlanHasRedFindings,
    PlanningIsForCommerce,
    PlanningReasonMissing,
    RulesChangedMeanwhile,
)


def demand_commerce(by: Clerk) -> None:
    """Refuse PlanningIsForCommerce to every other desk."""
    if by.desk is not Desk.COMMERCE:
        raise PlanningIsForCommerce(desk=by.desk)


def demand_draft(campaign: Campaign) -> None:
    """Refuse CampaignNotADraft once the rules are frozen."""
    if campaign.state is not CampaignState.DRAFT:
        raise CampaignNotADraft(state=campaign.state)


def demand_reason(reason: str) -> str:
    """Give the reason without white space around it. Refuses PlanningReasonMissing."""
    if not reason.strip():
        raise PlanningReasonMissing
    return reason.strip()


def demand_same_rules(newest: RuleVersion, *, seen_version: int, seen_sha256: str) -> None:
    """Refuse RulesChangedMeanwhile when the rules that somebody saw are not the newest, by number or by hash."""
    if (seen_version, seen_sha256) != (newest.version, newest.sha256):
        raise RulesChangedMeanwhile(seen_version=seen_version, newest_version=newest.version)


def demand_no_red(findings: tuple[Finding, ...]) -> None:
    """Refuse PlanHasRedFindings while a light is red; all of them are named."""
    reds = tuple(dict.fromkeys(finding.name for finding in findings if finding.light is Light.RED))
    if reds:
        raise PlanHasRedFindings(findings=reds)
