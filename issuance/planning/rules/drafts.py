"""How a draft begins: blank, or as last year's campaign a year later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from issuance.model import CampaignDraft, CampaignTerms, RoundDraft
from kernel.clock import CITY_ZONE

LEAP_MONTH, LEAP_DAY = 2, 29


def blank_draft(slug: str, title: str) -> CampaignDraft:
    """A draft with the usual price and face, and no units and no budget: what is missing is found to be so."""
    return CampaignDraft(slug, title, CampaignTerms(units_total=0, budget_yen=0))


def next_years_draft(slug: str, title: str, terms: CampaignTerms, rounds: Sequence[RoundDraft]) -> CampaignDraft:
    """The same rules and rounds a year later, under the names of the new campaign.

    Days move to the same day of the next year, and 29 February to the 28th. Commitments are made anew.
    """
    base_date = year_later(terms.base_date) if terms.base_date else None
    moved = [_round_a_year_later(item, f"{slug}-{number}") for number, item in enumerate(rounds, start=1)]
    return CampaignDraft(slug, title, replace(terms, base_date=base_date), tuple(moved))


def year_later(day: date) -> date:
    """The same day of the next year."""
    is_leap_day = (day.month, day.day) == (LEAP_MONTH, LEAP_DAY)
    return day.replace(year=day.year + 1, day=LEAP_DAY - 1 if is_leap_day else day.day)


def _round_a_year_later(item: RoundDraft, slug: str) -> RoundDraft:
    return RoundDraft(
        slug=slug,
        units_offered=item.units_offered,
        max_units=item.max_units,
        opens_at=_instant_a_year_later(item.opens_at),
        closes_at=_instant_a_year_later(item.closes_at),
        pay_from=_instant_a_year_later(item.pay_from),
        pay_until=_instant_a_year_later(item.pay_until),
        first_day=year_later(item.first_day),
        last_day=year_later(item.last_day),
        rule=item.rule,
        usable_at=item.usable_at,
        grace_days=item.grace_days,
        offer_days=item.offer_days,
        quota=item.quota,
        first_time_only=item.first_time_only,
    )


def _instant_a_year_later(at: datetime) -> datetime:
    """The city's clocks show the same time."""
    in_the_city = at.astimezone(CITY_ZONE)
    day = year_later(in_the_city.date())
    return in_the_city.replace(year=day.year, month=day.month, day=day.day).astimezone(at.tzinfo)
