"""A campaign begins blank or as last year's, and any two versions of its rules can be laid side by side."""

from dataclasses import replace
from datetime import date

import pytest

from issuance.model import CampaignTerms, Quota, RoundDraft, round_from_record, terms_from_record
from issuance.planning.model import Change
from issuance.planning.rules.changes import changes_between
from issuance.planning.rules.drafts import blank_draft, next_years_draft, year_later
from kernel.clock import city_time
from tests.issuance.planning.proposals import DRAFT, FOR_PAPER, GENERAL, TERMS, with_round, with_terms


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2027, 5, 1), date(2028, 5, 1)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2027, 12, 31), date(2028, 12, 31)),
    ],
)
def test_a_day_moves_to_the_same_day_of_the_next_year(day: date, later: date) -> None:
    assert year_later(day) == later


def test_last_years_rounds_keep_their_shape_and_the_citys_time_of_day() -> None:
    committed = replace(GENERAL, commitments=("ab" * 32,), first_time_only=True)
    copied = next_years_draft("premium-2028", "令和10年度", TERMS, [committed, FOR_PAPER])
    assert (copied.slug, copied.title) == ("premium-2028", "令和10年度")
    assert copied.terms == replace(TERMS, base_date=date(2028, 5, 1))
    first, second = copied.rounds
    assert first == RoundDraft(
        slug="premium-2028-1",
        units_offered=28_000,
        max_units=5,
        opens_at=city_time(date(2028, 5, 10), 9),
        closes_at=city_time(date(2028, 5, 28), 17),
        pay_from=city_time(date(2028, 6, 14), 9),
        pay_until=city_time(date(2028, 6, 29)),
        first_day=date(2028, 6, 14),
        last_day=date(2028, 11, 30),
        first_time_only=True,
    )
    assert (second.slug, second.quota) == ("premium-2028-2", "スマホなし")


def test_midnight_of_a_leap_day_in_the_city_stays_midnight() -> None:
    item = replace(GENERAL, closes_at=city_time(date(2028, 2, 29)))
    (moved,) = next_years_draft("x", "x", TERMS, [item]).rounds
    assert moved.closes_at == city_time(date(2029, 2, 28))


def test_a_blank_draft_has_the_usual_price_and_nothing_else() -> None:
    assert blank_draft("a", "b").terms == CampaignTerms(units_total=0, budget_yen=0)


def test_rules_are_read_back_as_they_were_written_and_have_one_hash() -> None:
    assert terms_from_record(TERMS.record()) == TERMS
    assert round_from_record(GENERAL.record()) == GENERAL
    again = replace(DRAFT, rounds=tuple(round_from_record(item.record()) for item in DRAFT.rounds))
    assert again.sha256 == DRAFT.sha256
    assert len(DRAFT.sha256) == 64
    assert with_terms(units_total=30_001).sha256 != DRAFT.sha256
    assert with_round(max_units=4).sha256 != DRAFT.sha256
    assert with_round(first_time_only=True).sha256 != DRAFT.sha256


def test_a_round_that_was_stored_before_rounds_could_be_for_first_timers_is_for_everybody() -> None:
    stored = GENERAL.record()
    del stored["first_time_only"]
    assert round_from_record(stored) == GENERAL


def test_the_same_rules_do_not_differ() -> None:
    assert changes_between(DRAFT, DRAFT) == []


def test_every_changed_field_is_named_by_its_path() -> None:
    after = replace(with_terms(units_total=28_000, reminder_days=(7,)), title="別の名前")
    after = replace(after, rounds=(replace(GENERAL, max_units=4, first_time_only=True), FOR_PAPER))
    assert changes_between(DRAFT, after) == [
        Change("title", "かしまん商品券 令和9年度", "別の名前"),
        Change("terms.units_total", 30_000, 28_000),
        Change("terms.reminder_days", [30, 14, 7, 1], [7]),
        Change("rounds.premium-2027-1.max_units", 5, 4),
        Change("rounds.premium-2027-1.first_time_only", False, True),
    ]


def test_what_only_one_version_has_is_none_in_the_other() -> None:
    after = with_terms(quotas=(Quota("スマホなし", 2_000, without_smartphone=True), Quota("65+", 500, age_min=65)))
    added = changes_between(DRAFT, after)
    assert added[0] == Change("terms.quotas.65+.name", None, "65+")
    assert Change("terms.quotas.65+.units", None, 500) in added
    removed = changes_between(DRAFT, replace(DRAFT, rounds=(GENERAL,)))
    assert Change("rounds.premium-2027-2.units_offered", 2_000, None) in removed
    assert all(change.field.startswith("rounds.premium-2027-2.") for change in removed)
