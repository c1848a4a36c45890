"""Propose a campaign."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignDraft, Clerk
from issuance.refusals import SlugAlreadyTaken
from issuance.rules.campaigns import check_campaign_draft
from issuance.store import campaigns as store
from issuance.store import rule_versions
from kernel.ids import new_id


def create_campaign(session: Session, *, draft: CampaignDraft, by: Clerk, now: datetime) -> UUID:
    """Store a campaign as a draft, with the first version of its rules, and give its id.

    Refuses what `check_campaign_draft` refuses; SlugAlreadyTaken.
    """
    check_campaign_draft(draft)
    if store.campaign_slug_is_taken(session, draft.slug):
        raise SlugAlreadyTaken(slug=draft.slug)
    campaign_id = new_id()
    store.insert_campaign(session, campaign_id, draft, by, now)
    rule_versions.insert_version(session, campaign_id, 1, draft, by=by, now=now, reason="created")
    return campaign_id
