"""Write the next version of a draft's rules."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignDraft, CampaignEvent, CampaignTerms, Clerk, RoundDraft, RuleVersion
from issuance.planning.refusals import RulesChangedMeanwhile
from issuance.planning.rules.consent import demand_commerce, demand_draft, demand_reason
from issuance.refusals import CampaignUnknown
from issuance.store import campaigns, rule_versions


def edit_draft(
    session: Session,
    campaign_id: UUID,
    *,
    title: str,
    terms: CampaignTerms,
    rounds: tuple[RoundDraft, ...],
    based_on_version: int,
    reason: str,
    by: Clerk,
    now: datetime,
) -> RuleVersion:
    """Store the rules as the next version and give it; the same rules again are the version that is there.

    They may be incomplete or wrong. Refuses, in this order: PlanningIsForCommerce, CampaignUnknown, CampaignNotADraft,
    RulesChangedMeanwhile when somebody else wrote a version after the one that was edited, PlanningReasonMissing.
    """
    demand_commerce(by)
    campaign = campaigns.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    demand_draft(campaign)
    newest = rule_versions.find_versions(session, campaign_id)[-1]
    draft = CampaignDraft(campaign.slug, title, terms, rounds)
    if draft.sha256 == newest.draft.sha256:
        return newest
    if based_on_version != newest.version:
        raise RulesChangedMeanwhile(seen_version=based_on_version, newest_version=newest.version)
    why = demand_reason(reason)
    version, copied_from = newest.version + 1, newest.copied_from

    campaigns.update_draft(session, campaign, draft)
    rule_versions.insert_version(
        session, campaign_id, version, draft, by=by, now=now, reason=why, copied_from=copied_from
    )
    campaigns.log_event(session, campaign_id, campaign.state, CampaignEvent.EDITED, by, now, why)
    return RuleVersion(campaign_id, version, draft, draft.sha256, by, now, why, copied_from)
