"""Begin a campaign, blank or from the one before."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignDraft, Clerk, RoundState
from issuance.planning.rules.consent import demand_commerce
from issuance.planning.rules.drafts import blank_draft, next_years_draft
from issuance.refusals import CampaignUnknown, SlugAlreadyTaken
from issuance.rules.campaigns import check_slug
from issuance.store import campaigns, rule_versions
from kernel.ids import new_id


def draft_campaign(
    session: Session, *, slug: str, title: str, copy_of: UUID | None = None, by: Clerk, now: datetime
) -> UUID:
    """Store a draft and give its id: a blank one, or the terms and rounds of another campaign a year later.

    A draft may be incomplete or wrong; what is wrong with it is said by its plan. Refuses, in this order:
    PlanningIsForCommerce, SlugNotWellFormed, SlugAlreadyTaken, CampaignUnknown.
    """
    demand_commerce(by)
    check_slug(slug)
    if campaigns.campaign_slug_is_taken(session, slug):
        raise SlugAlreadyTaken(slug=slug)
    draft = blank_draft(slug, title) if copy_of is None else _copied(session, copy_of, slug, title)
    campaign_id = new_id()
    campaigns.insert_campaign(session, campaign_id, draft, by, now)
    reason = "blank" if copy_of is None else "copied"
    rule_versions.insert_version(session, campaign_id, 1, draft, by=by, now=now, reason=reason, copied_from=copy_of)
    return campaign_id


def _copied(session: Session, campaign_id: UUID, slug: str, title: str) -> CampaignDraft:
    """Rounds as they were held if any were, else as they were planned; a withdrawn one was not held."""
    campaign = campaigns.find_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    held = [item for item in campaigns.rounds_of(session, campaign_id) if item.state is not RoundState.WITHDRAWN]
    rounds = held or rule_versions.find_versions(session, campaign_id)[-1].draft.rounds
    return next_years_draft(slug, title, campaign.terms, rounds)
