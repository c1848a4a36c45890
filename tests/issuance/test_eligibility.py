"""Who may apply: residents of the base date, of the right age, and in a quota those whom it is for."""

from dataclasses import replace
from datetime import date

import pytest

from issuance.model import ApplicationReceipt, CampaignTerms, Eligibility, Quota, RoundDraft
from issuance.operations.close_round import close_round
from issuance.queries import find_round
from issuance.refusals import (
    AgeOutsideCampaign,
    ApplicantHasDied,
    NotForThisQuota,
    NotResidentOnBaseDate,
    QuotaUnknown,
    UnitsExceedCampaign,
)
from issuance.rules.ages import age_on
from issuance.rules.applications import check_eligibility
from kernel.refusals import Refusal
from tests.issuance.market import CAMPAIGN, CLOSES, FIRST_COME, ROUND, TERMS, Market, application, contents, receipt_of

BASE_DATE = date(2023, 7, 1)
OLD, PAPER = Quota("65歳以上", 6, age_min=65), Quota("スマホなし", 4, without_smartphone=True)
YOUNG = Quota("18〜29歳", 5, age_min=18, age_max=29)
DEMANDING = replace(TERMS, base_date=BASE_DATE, age_min=18, quotas=(OLD, PAPER, YOUNG))
HERE = Eligibility(lived_here_on_base_date=True, age_on_base_date=40, has_smartphone=True, has_died=False)
NOBODY = Eligibility()


def decided(known: Eligibility, quota: str | None = None, terms: CampaignTerms = DEMANDING) -> Refusal | None:
    try:
        check_eligibility(known, terms, quota)
    except Refusal as refusal:
        return refusal
    return None


def test_a_campaign_that_demands_nothing_takes_everybody_but_the_dead() -> None:
    assert decided(NOBODY, terms=TERMS) is None
    assert decided(replace(NOBODY, has_died=True), terms=TERMS) == ApplicantHasDied()


@pytest.mark.parametrize("lived_here", [False, None])
def test_who_lived_elsewhere_or_nobody_knows_where_is_refused(lived_here: bool | None) -> None:
    no = NotResidentOnBaseDate(base_date="2023-07-01")
    assert decided(replace(HERE, lived_here_on_base_date=lived_here)) == no
    assert decided(HERE) is None


@pytest.mark.parametrize(("age", "is_let_in"), [(None, False), (17, False), (18, True), (120, True)])
def test_the_youngest_age_is_included_and_an_unknown_one_is_refused(age: int | None, is_let_in: bool) -> None:
    refusal = decided(replace(HERE, age_on_base_date=age))
    assert refusal == (None if is_let_in else AgeOutsideCampaign(base_date="2023-07-01", age_min=18))


@pytest.mark.parametrize(
    ("quota", "age", "has_smartphone", "is_let_in"),
    [
        ("65歳以上", 64, True, False),
        ("65歳以上", 65, None, True),
        ("18〜29歳", 29, True, True),
        ("18〜29歳", 30, True, False),
        ("スマホなし", 40, True, False),
        ("スマホなし", 40, None, False),
        ("スマホなし", 40, False, True),
        ("no such quota", 70, False, False),
    ],
)
def test_a_quota_is_for_those_whom_it_names(quota: str, age: int, has_smartphone: bool | None, is_let_in: bool) -> None:
    refusal = decided(replace(HERE, age_on_base_date=age, has_smartphone=has_smartphone), quota)
    assert refusal == (None if is_let_in else NotForThisQuota(quota=quota))


def test_an_unknown_age_is_in_no_age_band() -> None:
    terms = replace(DEMANDING, age_min=None)
    assert decided(replace(HERE, age_on_base_date=None), "65歳以上", terms) == NotForThisQuota(quota="65歳以上")


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1958, 7, 2), date(2023, 7, 1), 65),
        (date(1958, 7, 3), date(2023, 7, 1), 64),
        (date(2005, 4, 1), date(2023, 3, 31), 18),
        (date(2004, 2, 29), date(2023, 2, 27), 18),
        (date(2004, 2, 29), date(2023, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 28), 20),
        (date(2004, 2, 29), date(2024, 2, 27), 19),
        (date(2000, 1, 1), date(2022, 12, 31), 23),
    ],
)
def test_an_age_is_complete_on_the_day_before_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_a_refused_applicant_leaves_nothing_behind_and_a_stored_receipt_is_given_again(market: Market) -> None:
    round_id = market.opened(draft=replace(CAMPAIGN, terms=DEMANDING), round_=replace(ROUND, units_offered=5))
    before = contents(market.staff)
    moved = replace(application(round_id, 0, 1), eligibility=replace(HERE, lived_here_on_base_date=False))
    dead = replace(application(round_id, 1, 1), eligibility=replace(HERE, has_died=True))
    answers = market.submit(moved, dead, application(round_id, 2, 1))
    unknown = NotResidentOnBaseDate(base_date="2023-07-01")
    assert answers == [unknown, ApplicantHasDied(), unknown]
    assert contents(market.staff) == before
    receipt = receipt_of(market.submit(replace(application(round_id, 3, 1), eligibility=HERE))[0])
    # The receipt of an application that was taken is given again, whatever became known since.
    (again,) = market.submit(replace(application(round_id, 3, 1), eligibility=NOBODY))
    assert isinstance(again, ApplicationReceipt)
    assert (receipt_of(again), again.is_replay) == (receipt, True)


def test_general_rounds_leave_to_quotas_what_they_keep_until_their_rounds_are_decided(market: Market) -> None:
    general = replace(ROUND, slug="general", units_offered=17)
    paper = replace(FIRST_COME, units_offered=4, quota="スマホなし")
    kept = market.opened(paper, replace(CAMPAIGN, terms=replace(TERMS, quotas=(PAPER,))))

    def refused(draft: RoundDraft) -> Refusal:
        with pytest.raises(Refusal) as no:
            market.open_round(draft)
        return no.value

    assert refused(general) == UnitsExceedCampaign(asked_units=17, left_units=16)
    more = replace(paper, slug="more-paper", units_offered=1)
    assert refused(more) == UnitsExceedCampaign(asked_units=1, left_units=0)
    assert refused(replace(ROUND, slug="other", quota="誰でも")) == QuotaUnknown(quota="誰でも")
    without = replace(HERE, has_smartphone=False)
    answers = market.submit(
        replace(application(kept, 0, 3), eligibility=without), replace(application(kept, 1, 1), eligibility=HERE)
    )
    receipt_of(answers[0])
    assert answers[1] == NotForThisQuota(quota="スマホなし")
    market.staff.run(lambda session: close_round(session, kept, now=CLOSES))
    # One unit of the quota was not asked for, and goes to whichever round comes next.
    market.open_round(general)


def test_a_round_remembers_its_quota(market: Market) -> None:
    terms = replace(TERMS, base_date=BASE_DATE, quotas=(OLD,))
    round_id = market.opened(replace(ROUND, units_offered=6, quota="65歳以上"), replace(CAMPAIGN, terms=terms))
    round_ = market.staff.run(lambda session: find_round(session, round_id))
    assert round_ is not None
    assert round_.quota == "65歳以上"
