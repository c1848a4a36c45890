"""Everything that is wrong with the rules of a campaign or of a round, one after the other."""

import re
from collections.abc import Iterator

from issuance.model import CampaignTerms, Quota, RoundDraft, RoundRule
from issuance.refusals import (
    BaseDateMissing,
    BudgetBelowPremium,
    CampaignNumberOutOfRange,
    CommitmentNotWellFormed,
    FaceNotAbovePrice,
    NoPaymentMethod,
    PayWindowTooShort,
    QuotaNotWellFormed,
    QuotasExceedUnits,
    QuotaUnknown,
    RoundDatesNotInOrder,
    SlugNotWellFormed,
    SmallShopPartNotPossible,
    UnitsExceedCampaign,
    UseLongerThanSixMonths,
)
from kernel.clock import city_date
from kernel.refusals import Refusal
from kernel.yen import AMOUNT_YEN_MAX, whole_yen
from ledger.rules.issuing import last_day_allowed

UNITS_MAX = 10_000_000
MAX_UNITS_MAX = 1_000
AGE_MAX = 120
CANCEL_DAYS_MAX = 60
REMINDER_DAYS_MAX = 180
GRACE_DAYS_MAX = 180
OFFER_DAYS_MAX = 60
PAY_DAYS_MIN = 3
"""A slip of a convenience store needs a day to be made and a weekend to be paid."""
QUOTA_NAME_LENGTH_MAX = 40

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


def check_terms(terms: CampaignTerms) -> None:
    """Hold the rules of a campaign against sanity. Refuses the first that `terms_problems` finds."""
    for problem in terms_problems(terms):
        raise problem


def terms_problems(terms: CampaignTerms) -> Iterator[Refusal]:
    """Find everything that forbids these rules.

    In this order: AmountNotWholeYen, AmountOutOfRange, FaceNotAbovePrice, CampaignNumberOutOfRange, NoPaymentMethod,
    BudgetBelowPremium, SmallShopPartNotPossible, BaseDateMissing, QuotaNotWellFormed, QuotasExceedUnits. What cannot be
    computed with wrong amounts is looked at once they are right.
    """
    amounts, numbers = list(_amount_problems(terms)), list(_number_problems(terms))
    yield from amounts
    if not amounts and terms.face_yen <= terms.price_yen:
        yield FaceNotAbovePrice(price_yen=terms.price_yen, face_yen=terms.face_yen)
    yield from numbers
    if not terms.payment_methods:
        yield NoPaymentMethod()
    if not amounts:
        yield from _sum_problems(terms, 0 if numbers else terms.units_total)
    yield from _audience_problems(terms)


def round_problems(draft: RoundDraft, terms: CampaignTerms, units_left: int) -> Iterator[Refusal]:
    """Find everything that forbids a round of a campaign that can offer so many units more.

    In this order: SlugNotWellFormed, QuotaUnknown, CampaignNumberOutOfRange, UnitsExceedCampaign,
    RoundDatesNotInOrder, PayWindowTooShort, UseLongerThanSixMonths (Payment Services Act, article 4, item 2),
    CommitmentNotWellFormed.
    """
    yield from slug_problems(draft.slug)
    if draft.quota is not None and terms.quota(draft.quota) is None:
        yield QuotaUnknown(quota=draft.quota)
    yield from _number("max_units", draft.max_units, terms.max_units_per_person)
    numbers = list(_number("units_offered", draft.units_offered, UNITS_MAX))
    yield from numbers
    yield from _number("grace_days", draft.grace_days, GRACE_DAYS_MAX, least=0)
    yield from _number("offer_days", draft.offer_days, OFFER_DAYS_MAX)
    if not numbers and draft.units_offered > units_left:
        yield UnitsExceedCampaign(asked_units=draft.units_offered, left_units=units_left)
    yield from _date_problems(draft)
    for commitment in draft.commitments:
        if not _COMMITMENT.fullmatch(commitment):
            yield CommitmentNotWellFormed(commitment=commitment)


def slug_problems(slug: str) -> Iterator[Refusal]:
    """Find whether a short name cannot stand in addresses and files: SlugNotWellFormed."""
    if not _SLUG.fullmatch(slug):
        yield SlugNotWellFormed(slug=slug)


def _amount_problems(terms: CampaignTerms) -> Iterator[Refusal]:
    budget_max = AMOUNT_YEN_MAX * 1_000
    for amount, least, most in (
        (terms.price_yen, 1, AMOUNT_YEN_MAX),
        (terms.face_yen, 1, AMOUNT_YEN_MAX),
        (terms.budget_yen, 1, budget_max),
        (terms.small_shop_face_yen, 0, AMOUNT_YEN_MAX),
    ):
        try:
            whole_yen(amount, min_yen=least, max_yen=most)
        except Refusal as problem:
            yield problem


def _number_problems(terms: CampaignTerms) -> Iterator[Refusal]:
    yield from _number("units_total", terms.units_total, UNITS_MAX)
    yield from _number("max_units_per_person", terms.max_units_per_person, MAX_UNITS_MAX)
    for name in ("max_units_per_household", "max_units_per_card", "max_units_first_day"):
        if getattr(terms, name) is not None:
            yield from _number(name, getattr(terms, name), MAX_UNITS_MAX)
    if terms.age_min is not None:
        yield from _number("age_min", terms.age_min, AGE_MAX, least=0)
    yield from _number("cancel_days", terms.cancel_days, CANCEL_DAYS_MAX, least=0)
    for days in terms.reminder_days:
        yield from _number("reminder_days", days, REMINDER_DAYS_MAX)


def _sum_problems(terms: CampaignTerms, units: int) -> Iterator[Refusal]:
    premium_yen = units * terms.premium_yen
    if terms.budget_yen < premium_yen:
        yield BudgetBelowPremium(budget_yen=terms.budget_yen, premium_yen=premium_yen)
    if not _parts_are_whole(terms):
        yield SmallShopPartNotPossible(small_shop_face_yen=terms.small_shop_face_yen, face_yen=terms.face_yen)


def _parts_are_whole(terms: CampaignTerms) -> bool:
    """Each part is a lot of its own, and what the buyer paid of it is whole yen in every single unit."""
    is_less = terms.small_shop_face_yen < terms.face_yen
    return is_less and terms.price_yen * terms.small_shop_face_yen % terms.face_yen == 0


def _audience_problems(terms: CampaignTerms) -> Iterator[Refusal]:
    ages = [terms.age_min, *(age for quota in terms.quotas for age in (quota.age_min, quota.age_max))]
    if terms.base_date is None and any(age is not None for age in ages):
        yield BaseDateMissing()
    names = [quota.name for quota in terms.quotas]
    for quota in terms.quotas:
        if names.count(quota.name) > 1 or not _is_well_formed(quota):
            yield QuotaNotWellFormed(quota=str(quota.name)[:QUOTA_NAME_LENGTH_MAX])
    quota_units = sum(quota.units for quota in terms.quotas)
    if terms.quotas and quota_units > terms.units_total:
        yield QuotasExceedUnits(quota_units=quota_units, units_total=terms.units_total)


def _is_well_formed(quota: Quota) -> bool:
    has_name = 0 < len(quota.name.strip()) == len(quota.name) <= QUOTA_NAME_LENGTH_MAX
    youngest, oldest = quota.age_min or 0, AGE_MAX if quota.age_max is None else quota.age_max
    asks_for_something = quota.without_smartphone or quota.age_min is not None or quota.age_max is not None
    return has_name and asks_for_something and 1 <= quota.units <= UNITS_MAX and 0 <= youngest <= oldest <= AGE_MAX


def _date_problems(draft: RoundDraft) -> Iterator[Refusal]:
    """What is granted at once may be paid for while others still apply; a draw comes first otherwise."""
    before_paying = "opens_at" if draft.rule is RoundRule.FIRST_COME else "closes_at"
    yield from _order(draft, "opens_at", "closes_at")
    yield from _order(draft, before_paying, "pay_from", may_be_equal=True)
    yield from _order(draft, "pay_from", "pay_until")
    if draft.first_day > draft.last_day:
        yield RoundDatesNotInOrder(earlier="first_day", later="last_day")
    if city_date(draft.pay_until) > draft.last_day:
        yield RoundDatesNotInOrder(earlier="pay_until", later="last_day")
    days = (draft.pay_until - draft.pay_from).days
    if 0 <= days < PAY_DAYS_MIN:
        yield PayWindowTooShort(days=days, days_min=PAY_DAYS_MIN)
    allowed = last_day_allowed(city_date(draft.pay_from))
    if draft.last_day > allowed:
        yield UseLongerThanSixMonths(last_day=draft.last_day.isoformat(), last_day_allowed=allowed.isoformat())


def _order(draft: RoundDraft, earlier: str, later: str, *, may_be_equal: bool = False) -> Iterator[Refusal]:
    before, after = getattr(draft, earlier), getattr(draft, later)
    if before > after or (before == after and not may_be_equal):
        yield RoundDatesNotInOrder(earlier=earlier, later=later)


def _number(name: str, given: int, most: int, *, least: int = 1) -> Iterator[Refusal]:
    if type(given) is not int or not least <= given <= most:
        yield CampaignNumberOutOfRange(name=name, given=given, min=least, max=most)
