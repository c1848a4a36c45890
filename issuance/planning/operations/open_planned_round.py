"""Announce a round as it was approved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Clerk
from issuance.operations.open_round import open_round
from issuance.planning.refusals import RoundNotPlanned
from issuance.refusals import CampaignUnknown
from issuance.store import campaigns, rule_versions


def open_planned_round(
    session: Session, campaign_id: UUID, *, slug: str, commitments: Sequence[str], by: Clerk, now: datetime
) -> UUID:
    """Announce a planned round with the commitments (hex) of those who hold a secret, and give its id.

    Refuses, in this order: CampaignUnknown, RoundNotPlanned, then as `open_round`.
    """
    if campaigns.find_campaign(session, campaign_id, lock=True) is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    approved = rule_versions.find_versions(session, campaign_id)[-1].draft
    planned = next((item for item in approved.rounds if item.slug == slug), None)
    if planned is None:
        raise RoundNotPlanned(round_slug=slug)
    round_ = replace(planned, commitments=tuple(commitments))
    return open_round(session, campaign_id=campaign_id, round=round_, by=by, now=now)
