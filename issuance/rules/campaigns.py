"""Whether a campaign and its rounds may be as proposed, and may move as asked."""

import re
from collections.abc import Sequence
from datetime import datetime

from issuance.model import (
    LEGAL_STATE_MOVES,
    STATES_WITH_ROUNDS,
    Campaign,
    CampaignDraft,
    CampaignState,
    CampaignTerms,
    Clerk,
    Round,
    RoundDraft,
    RoundRule,
    RoundState,
)
from issuance.refusals import (
    BudgetBelowPremium,
    CampaignMoveNotLegal,
    CampaignNumberOutOfRange,
    CampaignStillInUse,
    CampaignTakesNoRounds,
    CommitmentNotWellFormed,
    DeskMayNotMoveCampaign,
    FaceNotAbovePrice,
    NoPaymentMethod,
    RoundDatesNotInOrder,
    RoundsNotDecided,
    SecondPersonNeeded,
    SlugNotWellFormed,
    UnitsExceedCampaign,
    UseLongerThanSixMonths,
)
from kernel.clock import city_date
from kernel.yen import AMOUNT_YEN_MAX, whole_yen
from ledger.rules.issuing import last_day_allowed

UNITS_MAX = 10_000_000
MAX_UNITS_MAX = 1_000
GRACE_DAYS_MAX = 180
OFFER_DAYS_MAX = 60

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


def check_campaign_draft(draft: CampaignDraft) -> None:
    """Hold a proposal against law and sanity. Refuses, in this order: SlugNotWellFormed, then as `check_terms`."""
    _check_slug(draft.slug)
    check_terms(draft.terms)


def check_terms(terms: CampaignTerms) -> None:
    """Hold the rules of a campaign against sanity.

    Refuses, in this order: AmountNotWholeYen, AmountOutOfRange, FaceNotAbovePrice, CampaignNumberOutOfRange,
    NoPaymentMethod, BudgetBelowPremium.
    """
    whole_yen(terms.price_yen)
    whole_yen(terms.face_yen)
    whole_yen(terms.budget_yen, max_yen=AMOUNT_YEN_MAX * 1_000)
    if terms.face_yen <= terms.price_yen:
        raise FaceNotAbovePrice(price_yen=terms.price_yen, face_yen=terms.face_yen)
    _check_number("units_total", terms.units_total, UNITS_MAX)
    _check_number("max_units_per_person", terms.max_units_per_person, MAX_UNITS_MAX)
    if not terms.payment_methods:
        raise NoPaymentMethod
    premium_yen = terms.units_total * terms.premium_yen
    if terms.budget_yen < premium_yen:
        raise BudgetBelowPremium(budget_yen=terms.budget_yen, premium_yen=premium_yen)


def check_move(campaign: Campaign, to_state: CampaignState, by: Clerk, rounds: Sequence[Round], now: datetime) -> None:
    """Decide a move of a campaign.

    Refuses, in this order: CampaignMoveNotLegal, DeskMayNotMoveCampaign; SecondPersonNeeded when who approves is
    who created; RoundsNotDecided when it is to be drawn; CampaignStillInUse when it is to be closed.
    """
    desks = LEGAL_STATE_MOVES.get((campaign.state, to_state))
    if desks is None:
        raise CampaignMoveNotLegal(from_state=campaign.state, to_state=to_state)
    if by.desk not in desks:
        raise DeskMayNotMoveCampaign(desk=by.desk, to_state=to_state)
    if to_state is CampaignState.APPROVED and by.id == campaign.created_by:
        raise SecondPersonNeeded
    if to_state is CampaignState.DRAWN:
        waiting = tuple(item.slug for item in rounds if item.state is not RoundState.DRAWN)
        if waiting or not rounds:
            raise RoundsNotDecided(round_slugs=waiting)
    if to_state is CampaignState.CLOSED:
        last_day = max(item.last_day for item in rounds)
        if city_date(now) <= last_day:
            raise CampaignStillInUse(last_day=last_day.isoformat())


def check_round_draft(draft: RoundDraft, campaign: Campaign, units_left: int) -> None:
    """Hold a round against its campaign, the calendar and the law.

    Refuses, in this order: CampaignTakesNoRounds, SlugNotWellFormed, CampaignNumberOutOfRange,
    UnitsExceedCampaign, RoundDatesNotInOrder, UseLongerThanSixMonths (Payment Services Act, article 4, item 2),
    CommitmentNotWellFormed.
    """
    if campaign.state not in STATES_WITH_ROUNDS:
        raise CampaignTakesNoRounds(state=campaign.state)
    _check_slug(draft.slug)
    _check_number("max_units", draft.max_units, campaign.terms.max_units_per_person)
    _check_number("units_offered", draft.units_offered, UNITS_MAX)
    _check_number("grace_days", draft.grace_days, GRACE_DAYS_MAX, least=0)
    _check_number("offer_days", draft.offer_days, OFFER_DAYS_MAX)
    if draft.units_offered > units_left:
        raise UnitsExceedCampaign(asked_units=draft.units_offered, left_units=units_left)
    _check_dates(draft)
    for commitment in draft.commitments:
        if not _COMMITMENT.fullmatch(commitment):
            raise CommitmentNotWellFormed(commitment=commitment)


def _check_dates(draft: RoundDraft) -> None:
    """What is granted at once may be paid for while others still apply; a draw comes first otherwise."""
    before_paying = "opens_at" if draft.rule is RoundRule.FIRST_COME else "closes_at"
    _check_order(draft, "opens_at", "closes_at")
    _check_order(draft, before_paying, "pay_from", may_be_equal=True)
    _check_order(draft, "pay_from", "pay_until")
    if draft.first_day > draft.last_day:
        raise RoundDatesNotInOrder(earlier="first_day", later="last_day")
    if city_date(draft.pay_until) > draft.last_day:
        raise RoundDatesNotInOrder(earlier="pay_until", later="last_day")
    allowed = last_day_allowed(city_date(draft.pay_from))
    if draft.last_day > allowed:
        raise UseLongerThanSixMonths(last_day=draft.last_day.isoformat(), last_day_allowed=allowed.isoformat())


def _check_order(draft: RoundDraft, earlier: str, later: str, *, may_be_equal: bool = False) -> None:
    before, after = getattr(draft, earlier), getattr(draft, later)
    if before > after or (before == after and not may_be_equal):
        raise RoundDatesNotInOrder(earlier=earlier, later=later)


def _check_slug(slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise SlugNotWellFormed(slug=slug)


def _check_number(name: str, given: int, most: int, *, least: int = 1) -> None:
    if type(given) is not int or not least <= given <= most:
        raise CampaignNumberOutOfRange(name=name, given=given, min=least, max=most)
