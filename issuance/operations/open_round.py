"""Announce a round of applications."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignEvent, Clerk, Desk, RoundDraft, RoundState
from issuance.refusals import CampaignUnknown, DeskMayNotMoveCampaign, RoundDiffersFromPlan, SlugAlreadyTaken
from issuance.rules.campaigns import check_round_draft, units_offerable
from issuance.store import campaigns as store
from issuance.store import rule_versions
from kernel.ids import new_id


def open_round(session: Session, *, campaign_id: UUID, round: RoundDraft, by: Clerk, now: datetime) -> UUID:
    """Announce a round of an open campaign and give its id; applications count from `opens_at`.

    A round with a draw takes none before its rule sheet is published; first come, first served is open at once. It
    may offer what no other round took and no quota keeps; a round of a quota, what the quota keeps.
    Refuses, in this order: CampaignUnknown; DeskMayNotMoveCampaign for any but the commerce desk; what
    `check_round_draft` refuses; SlugAlreadyTaken; RoundDiffersFromPlan when a round of this name was approved and is
    not this one, commitments apart.
    """
    campaign = store.find_campaign(session, campaign_id, lock=True)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    if by.desk is not Desk.COMMERCE:
        raise DeskMayNotMoveCampaign(desk=by.desk, to_state=campaign.state)
    units_left = units_offerable(campaign.terms, store.committed_units(session, campaign_id), round.quota)
    check_round_draft(round, campaign, units_left)
    if store.round_slug_is_taken(session, round.slug):
        raise SlugAlreadyTaken(slug=round.slug)
    planned = {item.slug: item for item in rule_versions.find_versions(session, campaign_id)[-1].draft.rounds}
    if round.slug in planned and planned[round.slug] != replace(round, commitments=planned[round.slug].commitments):
        raise RoundDiffersFromPlan(round_slug=round.slug)
    round_id = new_id()
    state = RoundState.ANNOUNCED if round.has_draw else RoundState.OPEN
    event = CampaignEvent.ROUND_ANNOUNCED if round.has_draw else CampaignEvent.ROUND_OPENED
    store.insert_round(session, round_id, campaign_id, round, state)
    store.log_event(session, campaign_id, campaign.state, event, by, now, f"round {round.slug} {state}")
    return round_id
