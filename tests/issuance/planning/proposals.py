"""A proposal of which every light is green, in the year of the tests."""

from dataclasses import replace
from datetime import date

from issuance.model import CampaignDraft, CampaignTerms, Quota, RoundDraft
from kernel.clock import city_time

NOW = city_time(date(2027, 4, 1), 9)
TERMS = CampaignTerms(
    units_total=30_000,
    budget_yen=30_000_000,
    small_shop_face_yen=2_000,
    base_date=date(2027, 5, 1),
    age_min=18,
    max_units_per_household=10,
    max_units_per_card=5,
    quotas=(Quota("スマホなし", 2_000, without_smartphone=True),),
    cancel_days=3,
)
GENERAL = RoundDraft(
    slug="premium-2027-1",
    units_offered=28_000,
    max_units=5,
    opens_at=city_time(date(2027, 5, 10), 9),
    closes_at=city_time(date(2027, 5, 28), 17),
    pay_from=city_time(date(2027, 6, 14), 9),
    pay_until=city_time(date(2027, 6, 29)),
    first_day=date(2027, 6, 14),
    last_day=date(2027, 11, 30),
)
FOR_PAPER = replace(GENERAL, slug="premium-2027-2", units_offered=2_000, quota="スマホなし")
DRAFT = CampaignDraft("premium-2027", "かしまん商品券 令和9年度", TERMS, (GENERAL, FOR_PAPER))


def with_terms(**changes: object) -> CampaignDraft:
    """The proposal with other terms."""
    return replace(DRAFT, terms=replace(TERMS, **changes))  # type: ignore[arg-type]


def with_round(**changes: object) -> CampaignDraft:
    """The proposal with another general round."""
    return replace(DRAFT, rounds=(replace(GENERAL, **changes), FOR_PAPER))  # type: ignore[arg-type]
