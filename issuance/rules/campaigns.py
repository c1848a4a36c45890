"""Whether a campaign and its rounds may be as proposed, and may move as asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from issuance.model import (
    LEGAL_STATE_MOVES,
    STATES_WITH_ROUNDS,
    Campaign,
    CampaignDraft,
    CampaignState,
    CampaignTerms,
    Clerk,
    Quota,
    Round,
    RoundDraft,
    RoundState,
)
from issuance.refusals import (
    CampaignMoveNotLegal,
    CampaignStillInUse,
    CampaignTakesNoRounds,
    DeskMayNotMoveCampaign,
    RoundsNotDecided,
    SecondPersonNeeded,
)
from issuance.rules.terms import check_terms, round_problems, slug_problems
from kernel.clock import city_date


def check_campaign_draft(draft: CampaignDraft) -> None:
    """Hold a proposal against law and sanity. Refuses, in this order: SlugNotWellFormed, then as `check_terms`."""
    check_slug(draft.slug)
    check_terms(draft.terms)


def check_slug(slug: str) -> None:
    """Refuse SlugNotWellFormed for what cannot stand in addresses and files."""
    for problem in slug_problems(slug):
        raise problem


def check_move(
    campaign: Campaign,
    to_state: CampaignState,
    by: Clerk,
    rounds: Sequence[Round],
    now: datetime,
    *,
    authors: Collection[UUID] = (),
) -> None:
    """Decide a move of a campaign; `authors` wrote its rules.

    Refuses, in this order: CampaignMoveNotLegal, DeskMayNotMoveCampaign; SecondPersonNeeded when who approves is
    who created or wrote any of the rules; what `check_terms` refuses when it is to be approved or opened;
    RoundsNotDecided when it is to be drawn; CampaignStillInUse when it is to be closed. What was withdrawn does not
    count.
    """
    held = [item for item in rounds if item.state is not RoundState.WITHDRAWN]
    move = LEGAL_STATE_MOVES.get((campaign.state, to_state))
    if move is None:
        raise CampaignMoveNotLegal(from_state=campaign.state, to_state=to_state)
    if by.desk not in move.desks:
        raise DeskMayNotMoveCampaign(desk=by.desk, to_state=to_state)
    if to_state is CampaignState.APPROVED and by.id in {campaign.created_by, *authors}:
        raise SecondPersonNeeded
    if to_state in {CampaignState.APPROVED, CampaignState.OPEN}:
        check_terms(campaign.terms)
    if to_state is CampaignState.DRAWN:
        waiting = tuple(item.slug for item in held if item.state is not RoundState.DRAWN)
        if waiting or not held:
            raise RoundsNotDecided(round_slugs=waiting)
    if to_state is CampaignState.CLOSED:
        last_day = max(item.last_day for item in held)
        if city_date(now) <= last_day:
            raise CampaignStillInUse(last_day=last_day.isoformat())


class CommittedUnits(NamedTuple):
    """What a round takes of its campaign: what it offers, or, once decided, what is granted and not forfeited."""

    quota: str | None
    is_decided: bool
    units: int


def units_offerable(terms: CampaignTerms, committed: Sequence[CommittedUnits], quota: str | None) -> int:
    """How many units another round may offer: a general one, or one of a quota.

    Units kept by a quota are its own until all its rounds, of which there is at least one, are decided; what it leaves
    then goes to whichever round is opened next (kashiman-lottery-v1, section 12, frames).
    """
    free = terms.units_total - sum(item.units for item in committed)
    kept = sum(_kept_units(other, committed) for other in terms.quotas if other.name != quota)
    own = terms.quota(quota)
    if own is None:
        return free - kept
    return min(free - kept, own.units - sum(item.units for item in committed if item.quota == quota))


def check_round_draft(draft: RoundDraft, campaign: Campaign, units_left: int) -> None:
    """Hold a round against its campaign, the calendar and the law.

    Refuses, in this order: CampaignTakesNoRounds, then what `round_problems` finds (SlugNotWellFormed, QuotaUnknown,
    CampaignNumberOutOfRange, UnitsExceedCampaign, RoundDatesNotInOrder, PayWindowTooShort,
    UseLongerThanSixMonths, CommitmentNotWellFormed).
    """
    if campaign.state not in STATES_WITH_ROUNDS:
        raise CampaignTakesNoRounds(state=campaign.state)
    for problem in round_problems(draft, campaign.terms, units_left):
        raise problem


def _kept_units(quota: Quota, committed: Sequence[CommittedUnits]) -> int:
    own = [item for item in committed if item.quota == quota.name]
    if own and all(item.is_decided for item in own):
        return 0
    return max(0, quota.units - sum(item.units for item in own))
