"""Announce a round that sells what is left of a campaign."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Clerk, RoundDraft
from issuance.operations.open_round import open_round
from issuance.provider_refusals import NoUnitsLeftToSell
from issuance.refusals import CampaignUnknown
from issuance.rules.campaigns import units_offerable
from issuance.store import campaigns


def open_remainder_round(session: Session, *, campaign_id: UUID, round: RoundDraft, by: Clerk, now: datetime) -> UUID:
    """Announce a round, first come or drawn, that offers all that nobody bought and nobody may still buy.

    What `round` says of `units_offered` does not count. Refuses, in this order: CampaignUnknown; NoUnitsLeftToSell;
    what `open_round` refuses.
    """
    campaign = campaigns.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    left = units_offerable(campaign.terms, campaigns.committed_units(session, campaign_id), round.quota)
    if left < 1:
        raise NoUnitsLeftToSell(units_total=campaign.terms.units_total)
    return open_round(session, campaign_id=campaign_id, round=replace(round, units_offered=left), by=by, now=now)
