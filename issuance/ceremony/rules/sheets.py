"""What a rule sheet says, and whether it may be published; whether a deadline may move."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.refusals import (
    DrawDatesNotInOrder,
    ExtensionNotLater,
    ExtensionTooLate,
    HoldersDoNotMatchRound,
    HouseholdCapMissing,
    RoundOpenedAlready,
)
from issuance.lottery.allocation import AllocationRule
from issuance.lottery.beacon import NAMED_AHEAD_MIN, QUICKNET, round_for_draw
from issuance.lottery.hashing import commitment
from issuance.lottery.refusals import CampaignKeyDiffers
from issuance.lottery.rule_sheet import Grouping, PublishedRules, ReceiptKey
from issuance.model import CampaignTerms, Round, RoundRule, RoundState
from issuance.refusals import (
    CampaignNumberOutOfRange,
    RoundHasNoDraw,
    RoundNeverOpened,
    RoundNotReady,
    RoundWithdrawn,
)
from issuance.rules.draw_steps import dispute_ends_at

DISPUTE_DAYS_MAX = 60
GRANTED_BEFORE = "この事業のほかの回で当選した方（支払わなかった方も）"
"""Whom the sheet of a first-timers' round leaves out."""


def published_rules(
    plan: RuleSheetPlan,
    round_: Round,
    terms: CampaignTerms,
    *,
    receipt_keys: Mapping[str, bytes],
    campaign_key: bytes | None,
    now: datetime,
) -> PublishedRules:
    """Make the sheet of a round from what is known of it and what the desk plans.

    `receipt_keys` are raw public keys by the name that receipts give them. Refuses, in this order: what
    `check_not_opened` refuses; HoldersDoNotMatchRound, HouseholdCapMissing, CampaignKeyDiffers when households are
    grouped and there is no key, CampaignNumberOutOfRange, DrawTimeBetweenRounds, DrawDatesNotInOrder.
    """
    check_not_opened(round_, now)
    _check_holders(plan, round_)
    is_grouped = plan.grouping is Grouping.HOUSEHOLD
    if is_grouped and terms.max_units_per_household is None:
        raise HouseholdCapMissing
    if is_grouped and campaign_key is None:
        raise CampaignKeyDiffers(round_slug=round_.slug)
    if type(plan.dispute_days) is not int or not 1 <= plan.dispute_days <= DISPUTE_DAYS_MAX:
        raise CampaignNumberOutOfRange(name="dispute_days", given=plan.dispute_days, min=1, max=DISPUTE_DAYS_MAX)
    check_draw_dates(plan.draw_at, round_.closes_at, plan.dispute_days, round_.pay_from, beacon_id=plan.beacon_id)
    return PublishedRules(
        campaign=round_.slug,
        rule=AllocationRule(round_.rule),
        budget=round_.units_offered,
        max_units=round_.max_units,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        draw_at=plan.draw_at,
        dispute_days=plan.dispute_days,
        exclusions=_exclusions(plan, round_),
        fallback=plan.fallback,
        receipt_keys=tuple(ReceiptKey(kid, key.hex()) for kid, key in sorted(receipt_keys.items())),
        holders=plan.holders,
        grouping=plan.grouping,
        household_cap=terms.max_units_per_household if is_grouped else None,
        group_key_commitment=commitment(campaign_key).hex() if is_grouped and campaign_key is not None else None,
        beacon_id=plan.beacon_id,
        beacon_how=plan.beacon_how if plan.beacon_id != QUICKNET else "",
    )


def _exclusions(plan: RuleSheetPlan, round_: Round) -> tuple[str, ...]:
    if round_.first_time_only and GRANTED_BEFORE not in plan.exclusions:
        return (*plan.exclusions, GRANTED_BEFORE)
    return plan.exclusions


def check_not_opened(round_: Round, now: datetime) -> None:
    """Decide whether a rule sheet may be published: while nobody can have applied, and somebody still can.

    So a round that is announced has time until its closing. Refuses, in this order: RoundHasNoDraw, RoundWithdrawn;
    RoundOpenedAlready once it is open and `opens_at` has come; RoundNeverOpened once `closes_at` has come.
    """
    if not round_.has_draw:
        raise RoundHasNoDraw(round_slug=round_.slug)
    if round_.state is RoundState.WITHDRAWN:
        raise RoundWithdrawn(round_slug=round_.slug)
    if round_.state is not RoundState.ANNOUNCED and now >= round_.opens_at:
        raise RoundOpenedAlready(opens_at=round_.opens_at.isoformat())
    if now >= round_.closes_at:
        raise RoundNeverOpened(closes_at=round_.closes_at.isoformat())


def check_extension(
    round_: Round, rules: PublishedRules | None, *, closes_at: datetime, draw_at: datetime | None, now: datetime
) -> None:
    """Decide another deadline; `draw_at` is when a round with a rule sheet is drawn then.

    Refuses, in this order: RoundNotReady until it is open, ExtensionTooLate, ExtensionNotLater, then as
    `check_draw_dates`.
    """
    if round_.state is RoundState.ANNOUNCED:
        raise RoundNotReady(state=round_.state, needed=RoundState.OPEN)
    if round_.state is not RoundState.OPEN or now >= round_.closes_at:
        raise ExtensionTooLate(closes_at=round_.closes_at.isoformat())
    latest_at = round_.pay_until if round_.rule is RoundRule.FIRST_COME else round_.pay_from
    if not round_.closes_at < closes_at <= latest_at:
        raise ExtensionNotLater(closes_at=round_.closes_at.isoformat(), asked_at=closes_at.isoformat())
    if rules is not None:
        check_draw_dates(
            draw_at or rules.draw_at, closes_at, rules.dispute_days, round_.pay_from, beacon_id=rules.beacon_id
        )


def check_draw_dates(
    draw_at: datetime, closes_at: datetime, dispute_days: int, pay_from: datetime, *, beacon_id: str
) -> None:
    """Refuse, in this order: DrawTimeBetweenRounds for a time at which drand has no value; DrawDatesNotInOrder.

    There is an hour to name the beacon between the end of the dispute and the draw.
    """
    named_at = dispute_ends_at(closes_at, dispute_days)
    earliest_at = named_at + NAMED_AHEAD_MIN
    if beacon_id == QUICKNET:
        round_for_draw(draw_at, named_at=draw_at - timedelta(days=1))
    if not earliest_at <= draw_at < pay_from:
        raise DrawDatesNotInOrder(
            draw_at=draw_at.isoformat(), earliest_at=earliest_at.isoformat(), pay_from=pay_from.isoformat()
        )


def _check_holders(plan: RuleSheetPlan, round_: Round) -> None:
    commitments = tuple(holder.commitment for holder in plan.holders)
    has_names = all(holder.office.strip() for holder in plan.holders)
    if commitments != round_.commitments or not has_names:
        raise HoldersDoNotMatchRound(holders=len(plan.holders), commitments=len(round_.commitments))
