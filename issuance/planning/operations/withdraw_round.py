"""Withdraw a round that was announced."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignEvent, Clerk, RoundState
from issuance.planning.rules.consent import demand_commerce, demand_reason
from issuance.refusals import RoundNotAnnounced, RoundUnknown
from issuance.store import campaigns
from kernel.refusals import BooksBroken


def withdraw_round(session: Session, round_id: UUID, *, reason: str, by: Clerk, now: datetime) -> None:
    """Give a round up before it opens; its units are the campaign's again, and its name stays taken.

    The reason stands in the campaign's history. Asked again, nothing changes. Refuses, in this order:
    PlanningIsForCommerce, PlanningReasonMissing, RoundUnknown; RoundNotAnnounced once its rule sheet is published, and
    for a round without a draw.
    """
    demand_commerce(by)
    why = demand_reason(reason)
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.state is RoundState.WITHDRAWN:
        return
    if round_.state is not RoundState.ANNOUNCED:
        raise RoundNotAnnounced(state=round_.state)
    campaign = campaigns.find_campaign(session, round_.campaign_id)
    if campaign is None:
        raise BooksBroken("a round has no campaign")

    campaigns.set_round_state(session, round_id, RoundState.WITHDRAWN)
    withdrawn = f"round {round_.slug} {RoundState.WITHDRAWN}: {why}"
    campaigns.log_event(session, campaign.id, campaign.state, CampaignEvent.ROUND_WITHDRAWN, by, now, withdrawn)
