"""Lists, statistics and namings keep their promises for any applications and any moment."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.ceremony.model import CategoryCounts
from issuance.ceremony.rules.statistics import draw_statistics
from issuance.lottery.allocation import AllocationRule
from issuance.lottery.files import check_rows
from issuance.lottery.hashing import commitment
from issuance.lottery.rule_sheet import (
    Fallback,
    Grouping,
    PublishedRules,
    ReceiptKey,
    SecretHolder,
    parse_rule_sheet,
    write_rule_sheet,
)
from issuance.model.draws import Candidate, ListStatus, VoidReason
from issuance.rules.draw_lists import compile_list
from issuance.rules.draw_steps import dispute_ends_at, list_disputable_until
from kernel.clock import city_date

KEY = bytes(range(32))
START = datetime(2026, 5, 1, tzinfo=UTC)
PERSON_CAP = 5
GIVEN = st.sampled_from([None, VoidReason.DIED, VoidReason.MOVED])
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
MOMENTS = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def rules(cap: int | None) -> PublishedRules:
    return PublishedRules(
        campaign="c",
        rule=AllocationRule.EQUAL_FIRST,
        budget=10,
        max_units=PERSON_CAP,
        opens_at=START,
        closes_at=START,
        draw_at=START,
        dispute_days=3,
        exclusions=(),
        fallback=Fallback("dice", ""),
        receipt_keys=(),
        holders=(),
        grouping=Grouping.NONE if cap is None else Grouping.HOUSEHOLD,
        household_cap=cap,
        group_key_commitment=None if cap is None else commitment(KEY).hex(),
    )


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(0, 25))
    return [
        Candidate(
            UUID(int=number + 1),
            f"K{number:04}",
            draw(st.integers(1, PERSON_CAP + 2)),
            draw(st.sampled_from([None, *(UUID(int=900 + home) for home in range(6))])),
            draw(st.booleans()) and draw(st.booleans()),
            START + timedelta(seconds=draw(st.integers(0, 3))),
        )
        for number in range(count)
    ]


@settings(max_examples=150, deadline=None)
@given(candidates(), st.data(), st.one_of(st.none(), st.integers(5, 12)))
def test_everybody_is_a_row_stands_behind_one_or_is_void_for_one_reason(
    applied: list[Candidate], data: st.DataObject, cap: int | None
) -> None:
    told = {item.receipt: data.draw(GIVEN) for item in applied if not item.is_withdrawn}
    excluded = {receipt: reason for receipt, reason in told.items() if reason is not None}
    rows, void = compiled = compile_list(applied, excluded=excluded, rules=rules(cap), campaign_key=KEY)
    check_rows(rows, max_units=max(PERSON_CAP + 2, cap or 0))
    listed, left_out = {row.receipt for row in rows}, {item.receipt for item in void}
    assert listed | left_out == {item.receipt for item in applied}
    assert len(rows) + len(void) == len(applied)
    assert compiled.void_by_reason == dict(Counter(str(item.reason) for item in void))
    by_receipt = {item.receipt: item for item in applied}
    for item in void:
        if item.reason is VoidReason.MERGED:
            assert item.stands_for_it in listed
            mine, theirs = by_receipt[item.receipt], by_receipt[item.stands_for_it or ""]
            assert mine.household_id == theirs.household_id
            assert (theirs.first_received_at, theirs.receipt) < (mine.first_received_at, mine.receipt)
        elif item.reason is VoidReason.WITHDRAWN:
            assert by_receipt[item.receipt].is_withdrawn
        else:
            assert excluded[item.receipt] is item.reason
    if cap is None:
        assert all(row.group == row.receipt for row in rows)
    else:
        counting = [item for item in applied if not item.is_withdrawn and item.receipt not in excluded]
        homes = {item.household_id for item in counting if item.household_id is not None}
        assert sum(row.group != row.receipt for row in rows) == len(homes)
        for row in rows:
            if row.group != row.receipt:
                home = by_receipt[row.receipt].household_id
                asked = sum(min(item.units, PERSON_CAP) for item in counting if item.household_id == home)
                assert row.units == min(cap, asked)


@settings(max_examples=100, deadline=None)
@given(candidates(), st.randoms(use_true_random=False))
def test_the_order_of_applications_changes_nothing(applied: list[Candidate], chance: object) -> None:
    shuffled = list(applied)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one = compile_list(applied, excluded={}, rules=rules(8), campaign_key=KEY)
    other = compile_list(shuffled, excluded={}, rules=rules(8), campaign_key=KEY)
    assert (set(one.rows), set(one.void)) == (set(other.rows), set(other.void))


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(MOMENTS, MOMENTS, MOMENTS),
    st.lists(TEXTS, max_size=4),
    st.lists(st.builds(SecretHolder, TEXTS, HEX), max_size=3),
    st.one_of(st.none(), HEX),
    st.sampled_from(["drand-quicknet", "dice"]),
)
def test_a_rule_sheet_is_read_as_it_was_written(
    moments: tuple[datetime, datetime, datetime],
    texts: list[str],
    holders: list[SecretHolder],
    key: str | None,
    beacon_id: str,
) -> None:
    opens_at, closes_at, draw_at = moments
    made = PublishedRules(
        campaign="c-1",
        rule=AllocationRule.ALL_OR_NOTHING,
        budget=0,
        max_units=1,
        opens_at=opens_at,
        closes_at=closes_at,
        draw_at=draw_at,
        dispute_days=1,
        exclusions=tuple(texts),
        fallback=Fallback("numbers4", "".join(texts)),
        receipt_keys=(ReceiptKey("k1", "00" * 32),),
        holders=tuple(holders),
        grouping=Grouping.NONE if key is None else Grouping.HOUSEHOLD,
        household_cap=None if key is None else 9,
        group_key_commitment=key,
        beacon_id=beacon_id,
        beacon_how="" if beacon_id == "drand-quicknet" else "".join(texts),
    )
    written = write_rule_sheet(made)
    assert parse_rule_sheet(written) == made
    assert write_rule_sheet(parse_rule_sheet(written)) == written


@settings(max_examples=150, deadline=None)
@given(MOMENTS, st.integers(1, 60), st.integers(0, 90), st.one_of(st.none(), st.integers(0, 90)))
def test_a_dispute_lasts_whole_city_days_and_a_settlement_only_shortens_it(
    closed_at: datetime, days: int, corrected_days: int, settled_days: int | None
) -> None:
    corrected_at = closed_at + timedelta(days=corrected_days)
    settled_at = None if settled_days is None else closed_at + timedelta(days=settled_days)
    sheet = rules(None)
    status = ListStatus(sheet, START, closed_at, corrected_at, settled_at, 0, 0)
    ends_at = dispute_ends_at(corrected_at, sheet.dispute_days)
    assert city_date(ends_at) - city_date(corrected_at) == timedelta(days=sheet.dispute_days + 1)
    assert dispute_ends_at(closed_at, days) - closed_at > timedelta(days=days)
    until = list_disputable_until(status, sheet)
    counts = settled_at is not None and corrected_at <= settled_at
    assert until == (min(settled_at, ends_at) if counts and settled_at else ends_at)
    assert until >= corrected_at


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.integers(1, 12), st.integers(0, 12)), max_size=8))
def test_published_categories_have_five_applicants_and_lose_no_unit(places: dict[str, tuple[int, int]]) -> None:
    counts = [
        CategoryCounts("place", name, people, 3 * people, min(granted, 3 * people), people, min(granted, people))
        for name, (people, granted) in places.items()
    ]
    told: Any = draw_statistics("c", [], counts)
    shown = told["categories"].get("place", [])
    assert all(item["applicants"] >= 5 for item in shown)
    everybody = sum(item.applicants for item in counts)
    if everybody >= 5:
        assert sum(item["applicants"] for item in shown) == everybody
        assert sum(item["units_granted"] for item in shown) == sum(item.units_granted for item in counts)
    else:
        assert shown == []
