"""Everything that is wrong with a draft is said at once, in sentences, with the article of the law."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance import refusals
from issuance.model import CampaignDraft, CampaignTerms, Issuer, PurchaseMethod, Quota, RoundDraft, RoundRule
from issuance.planning.model import Finding, Light, worst_light
from issuance.planning.rules.panel import CHECKS, panel
from issuance.planning.rules.sentences import SENTENCES
from issuance.rules.campaigns import units_offerable
from issuance.rules.terms import round_problems, slug_problems, terms_problems
from kernel.clock import city_time
from tests.issuance.planning.proposals import DRAFT, FOR_PAPER, GENERAL, NOW, TERMS, with_round, with_terms


def said(draft: CampaignDraft, light: Light, last_year: CampaignTerms | None = None) -> dict[str, str]:
    """The findings of one light, by name."""
    return {item.name: item.sentence for item in panel(draft, NOW, last_year) if item.light is light}


def test_a_good_proposal_is_green_in_every_check_and_names_its_articles() -> None:
    findings = panel(DRAFT, NOW)
    assert [item.name for item in findings] == [check.name for check in CHECKS]
    assert worst_light(findings) is Light.GREEN
    sums = "全30,000口で、販売額120,000,000円、プレミアム30,000,000円、発行額150,000,000円になり、予算に収まります。"
    assert {item.name: item.sentence for item in findings}["budget"] == sums
    laws = {item.name: item.law for item in findings if item.law}
    assert laws == {
        "issuer": "資金決済法4条3号",
        "six_months": "資金決済法4条2号・同施行令4条2項",
        "deposit_base_dates": "資金決済法14条",
        "refund_ban": "資金決済法20条5項",
    }


def test_all_problems_are_named_at_once() -> None:
    terms = replace(
        TERMS, price_yen=5_000, units_total=0, payment_methods=(), base_date=None, small_shop_face_yen=5_001
    )
    broken = replace(GENERAL, slug="A", pay_until=GENERAL.pay_from, last_day=date(2027, 12, 31), commitments=("x",))
    reds = said(CampaignDraft("B", "", terms, (broken,)), Light.RED)
    assert set(reds) == {
        "slug_not_well_formed",
        "face_not_above_price",
        "campaign_number_out_of_range",
        "no_payment_method",
        "small_shop_part_not_possible",
        "base_date_missing",
        "quotas_exceed_units",
        "units_exceed_campaign",
        "round_dates_not_in_order",
        "pay_window_too_short",
        "use_longer_than_six_months",
        "commitment_not_well_formed",
    }
    assert reds["round_dates_not_in_order"] == "回「A」：「支払の締切」が「支払の開始」より前になっています。"
    assert reds["face_not_above_price"] == "額面5,000円が販売価格5,000円より高くないため、プレミアムがありません。"


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        (with_terms(price_yen=0), "amount_out_of_range"),
        (with_terms(budget_yen=29_999_999), "budget_below_premium"),
        (with_terms(max_units_per_household=0), "campaign_number_out_of_range"),
        (with_terms(reminder_days=(0,)), "campaign_number_out_of_range"),
        (with_terms(small_shop_face_yen=2_001), "small_shop_part_not_possible"),
        (with_terms(small_shop_face_yen=5_000), "small_shop_part_not_possible"),
        (with_terms(quotas=(Quota("誰でも", 1),)), "quota_not_well_formed"),
        (with_terms(quotas=(Quota("逆", 1, age_min=70, age_max=60),)), "quota_not_well_formed"),
        (with_terms(quotas=(Quota("", 1, without_smartphone=True),)), "quota_not_well_formed"),
        (with_terms(quotas=(Quota("二つ", 1, age_min=1), Quota("二つ", 1, age_min=1))), "quota_not_well_formed"),
        (with_terms(quotas=(Quota("全部", 30_001, age_min=1),)), "quotas_exceed_units"),
        (with_round(quota="だれか"), "quota_unknown"),
        (with_round(units_offered=28_001), "units_exceed_campaign"),
        (with_round(max_units=6), "campaign_number_out_of_range"),
        (with_round(pay_until=GENERAL.pay_from + timedelta(hours=71)), "pay_window_too_short"),
        (with_round(last_day=date(2027, 12, 14)), "use_longer_than_six_months"),
        (replace(DRAFT, rounds=(GENERAL, replace(FOR_PAPER, slug=GENERAL.slug))), "names"),
    ],
)
def test_what_cannot_be_is_red(draft: CampaignDraft, name: str) -> None:
    assert name in said(draft, Light.RED)


@pytest.mark.parametrize(
    ("draft", "name", "words"),
    [
        (replace(DRAFT, title=" "), "names", "名前がありません"),
        (with_terms(face_yen=6_100, budget_yen=63_000_000, small_shop_face_yen=0), "premium_rate", "52.5%"),
        (with_terms(budget_yen=300_000_000), "budget", "10倍"),
        (with_terms(max_units_per_household=4), "numbers", "1世帯の上限4口"),
        (with_terms(max_units_per_card=4), "numbers", "カード1枚の上限4口"),
        (replace(DRAFT, rounds=(replace(GENERAL, units_offered=30_000),)), "quotas", "2,000口が残ります"),
        (with_terms(base_date=None, age_min=None), "residents", "市外の方も申し込めます"),
        (with_terms(base_date=date(2027, 5, 11)), "residents", "受付の開始より後"),
        (with_terms(payment_methods=(PurchaseMethod.CARD,)), "payment_methods", "窓口での支払いがありません"),
        (with_terms(issuer=Issuer.COMMITTEE), "issuer", "実行委員会"),
        (replace(DRAFT, rounds=()), "rounds", "1つも計画されていません"),
        (with_round(units_offered=20_000), "rounds", "22,000口"),
        (with_round(rule=RoundRule.FIRST_COME), "rounds", "先着順"),
        (with_round(first_time_only=True), "rounds", "未当選の方のための回"),
        (with_round(opens_at=NOW), "dates", "過ぎています"),
        (with_terms(reminder_days=()), "reminders", "1回もありません"),
        (with_terms(reminder_days=(7, 7)), "reminders", "同じ日が2回"),
        (with_round(last_day=date(2027, 7, 5)), "reminders", "30日前のお知らせ"),
        (with_round(closes_at=city_time(date(2027, 5, 28))), "closing_time", "夜間"),
        (with_round(closes_at=city_time(date(2027, 5, 29), 17)), "closing_time", "休日"),
        (with_round(closes_at=city_time(date(2027, 5, 3), 17), opens_at=NOW), "closing_time", "休日"),
    ],
)
def test_what_is_unlikely_to_be_meant_is_yellow_and_forbids_nothing(
    draft: CampaignDraft, name: str, words: str
) -> None:
    yellows = said(draft, Light.YELLOW)
    assert words in yellows[name]
    assert said(draft, Light.RED) == {} or "units_exceed_campaign" in said(draft, Light.RED)


@pytest.mark.parametrize(
    ("last_year", "words"),
    [
        (replace(TERMS, units_total=300_000), "総口数が、前回の300,000から30,000"),
        (replace(TERMS, price_yen=400), "1口の価格が、前回の400から4,000"),
        (replace(TERMS, max_units_per_person=1), "1人の上限口数が、前回の1から5"),
    ],
)
def test_a_number_of_another_size_than_last_year_is_said(last_year: CampaignTerms, words: str) -> None:
    assert words in said(DRAFT, Light.YELLOW, last_year)["last_year"]
    assert "last_year" not in said(DRAFT, Light.YELLOW, TERMS)


def test_a_round_for_first_timers_after_another_one_has_closed_is_green() -> None:
    later = replace(FOR_PAPER, opens_at=GENERAL.closes_at, closes_at=GENERAL.closes_at + timedelta(days=4))
    draft = replace(DRAFT, rounds=(GENERAL, replace(later, first_time_only=True)))
    assert "rounds" not in said(draft, Light.YELLOW)


def test_beyond_six_months_only_the_city_is_left_out_by_law() -> None:
    longer = replace(with_round(last_day=date(2028, 4, 1)), terms=replace(TERMS, issuer=Issuer.CHAMBER))
    reds = said(longer, Light.RED)
    assert "2027-09-30・2028-03-31" in reds["deposit_base_dates"]
    assert "購入取消（3日）はできません" in reds["refund_ban"]
    assert "use_longer_than_six_months" in reds
    within = with_terms(issuer=Issuer.CHAMBER)
    assert said(within, Light.RED) == {}


def test_six_months_to_the_day_are_green() -> None:
    assert said(with_round(last_day=date(2027, 12, 13)), Light.RED) == {}


def test_every_problem_that_the_rules_can_find_belongs_to_one_check_and_has_a_sentence() -> None:
    codes = [code for check in CHECKS for code in check.reds]
    assert len(codes) == len(set(codes))
    assert set(codes) == SENTENCES.keys()


NUMBERS = st.none() | st.integers(-1, 40)
TERMS_OF_ANY_KIND = st.builds(
    CampaignTerms,
    units_total=st.integers(-1, 50),
    budget_yen=st.integers(-1, 60_000),
    price_yen=st.integers(0, 6_000),
    face_yen=st.integers(0, 6_000),
    max_units_per_person=st.integers(0, 6),
    payment_methods=st.lists(st.sampled_from(PurchaseMethod), max_size=3, unique=True).map(tuple),
    small_shop_face_yen=st.integers(-1, 6_000),
    base_date=st.none() | st.just(date(2027, 5, 1)),
    age_min=NUMBERS,
    max_units_per_household=NUMBERS,
    quotas=st.lists(
        st.builds(
            Quota,
            name=st.sampled_from(["", "a", "b"]),
            units=st.integers(0, 30),
            age_min=NUMBERS,
            age_max=NUMBERS,
            without_smartphone=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    reminder_days=st.lists(st.integers(-1, 200), max_size=3).map(tuple),
)
DAYS = st.integers(0, 300).map(lambda days: GENERAL.opens_at + timedelta(days=days))
ROUNDS_OF_ANY_KIND = st.builds(
    replace,
    st.just(GENERAL),
    units_offered=st.integers(0, 60),
    closes_at=DAYS,
    pay_from=DAYS,
    pay_until=DAYS,
    last_day=DAYS.map(lambda at: at.date()),
    quota=st.none() | st.sampled_from(["a", "c"]),
)


@settings(max_examples=150, deadline=None)
@given(TERMS_OF_ANY_KIND, st.lists(ROUNDS_OF_ANY_KIND, max_size=2))
def test_whatever_the_rules_refuse_is_red_and_whatever_they_let_pass_is_not(
    terms: CampaignTerms, rounds: list[RoundDraft]
) -> None:
    draft = CampaignDraft("x", "x", terms, tuple(replace(item, slug=f"r{n}") for n, item in enumerate(rounds)))
    found = {item.code for item in (*slug_problems("x"), *terms_problems(terms))}
    for item in draft.rounds:
        found |= {each.code for each in round_problems(item, terms, units_offerable(terms, (), item.quota))}
    findings: tuple[Finding, ...] = panel(draft, NOW)
    assert {item.name for item in findings if item.light is Light.RED} == found
    assert all("{" not in item.sentence for item in findings)
    assert {name for name in found if not hasattr(refusals, _class_name(name))} <= {"amount_out_of_range"}


def _class_name(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))
