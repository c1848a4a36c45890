"""Open a round of applications."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Clerk, Desk, RoundDraft
from issuance.refusals import CampaignUnknown, DeskMayNotMoveCampaign, SlugAlreadyTaken
from issuance.rules.campaigns import check_round_draft
from issuance.store import campaigns as store
from kernel.ids import new_id


def open_round(session: Session, *, campaign_id: UUID, round: RoundDraft, by: Clerk, now: datetime) -> UUID:
    """Announce a round of an open campaign and give its id; applications count from `opens_at`.

    Refuses, in this order: CampaignUnknown; DeskMayNotMoveCampaign for any but the commerce desk; what
    `check_round_draft` refuses; SlugAlreadyTaken.
    """
    campaign = store.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    if by.desk is not Desk.COMMERCE:
        raise DeskMayNotMoveCampaign(desk=by.desk, to_state=campaign.state)
    units_left = campaign.terms.units_total - store.committed_units(session, campaign_id)
    check_round_draft(round, campaign, units_left)
    if store.round_slug_is_taken(session, round.slug):
        raise SlugAlreadyTaken(slug=round.slug)
    round_id = new_id()
    store.insert_round(session, round_id, campaign_id, round)
    store.log_round_opened(session, campaign, by, now, round.slug)
    return round_id
