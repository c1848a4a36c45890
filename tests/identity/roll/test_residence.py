"""Who lived here on a day, however the imports told it."""

from collections.abc import Sequence
from datetime import date

import pytest

from identity.roll.model import ResidenceEvent, ResidenceEventKind, RollCounts
from identity.roll.queries import departures_of, is_resident_on, last_import, list_imports, people_matching
from kernel.ids import new_id
from tests.identity.roll.desk import Desk
from tests.identity.roll.extracts import BASE_DATE, HANAKO, JIRO, KEY, TARO, died, moved_out, written

DAYS = (date(2026, 9, 1), date(2026, 9, 10), date(2026, 9, 20), date(2026, 10, 10))
SINCE = "住民となった年月日"
COLUMNS = (*TARO, SINCE)
AWAY, BACK = False, True


def story(desk: Desk, *rows: dict[str, str]) -> list[RollCounts]:
    """Import Jiro as told by one row after the other, each as of the first of the next month."""
    return [
        desk.take(written(row, columns=COLUMNS), base_date=date(2026, 9 + month, 1)).on_record.counts
        for month, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "lived_here"),
    [
        ([JIRO], [True, True, True, True]),
        ([JIRO, moved_out(JIRO, "2026-09-10")], [True, False, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-10"), moved_out(JIRO, "2026-09-15")], [True, True, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-15"), moved_out(JIRO, "2026-09-05")], [True, False, False, False]),
        ([JIRO, died(JIRO, "2026-09-05"), moved_out(JIRO, "2026-09-15")], [True, True, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-05"), died(JIRO, "2026-09-20")], [True, False, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-20"), died(JIRO, "2026-09-05")], [True, False, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-05"), JIRO | {SINCE: "2026-09-20"}], [True, False, True, True]),
        ([JIRO, moved_out(JIRO, "2026-09-05"), JIRO], [True, False, False, False]),
        ([JIRO, moved_out(JIRO, "2026-09-05"), JIRO | {SINCE: "2001-05-06"}], [True, True, True, True]),
        ([JIRO, died(JIRO, "2026-09-05"), JIRO | {SINCE: "H13.5.6"}], [True, True, True, True]),
        (
            [JIRO, moved_out(JIRO, "2026-09-05"), JIRO | {SINCE: "2026-09-20"}, JIRO | {SINCE: "2026-09-20"}],
            [True, False, True, True],
        ),
        ([JIRO | {SINCE: "2026-08-31"}], [True, True, True, True]),
        ([JIRO | {SINCE: "2026-09-01"}], [True, True, True, True]),
    ],
)
def test_each_day_is_answered_as_the_imports_told_it(
    desk: Desk, rows: Sequence[dict[str, str]], lived_here: list[bool]
) -> None:
    story(desk, *rows)
    assert [desk.lives_here(JIRO, day) for day in DAYS] == lived_here


def test_nobody_lives_here_before_the_day_that_the_roll_tells_or_before_birth(desk: Desk) -> None:
    desk.take(written(JIRO | {SINCE: "2020-04-01"}, TARO, columns=COLUMNS))
    assert [desk.lives_here(JIRO, day) for day in (date(2020, 3, 31), date(2020, 4, 1))] == [False, True]
    assert [desk.lives_here(TARO, day) for day in (date(1965, 1, 1), date(1965, 1, 2))] == [False, True]


def test_coming_back_is_counted_once_and_later_imports_find_nothing_new(desk: Desk) -> None:
    back = JIRO | {SINCE: "2026-10-10", "住所": "鹿島市古枝1"}
    assert story(desk, JIRO, moved_out(JIRO, "2026-09-05"), back, back | {"備考": "x"}) == [
        RollCounts(added=1),
        RollCounts(moved_out=1),
        RollCounts(returned=1),
        RollCounts(unchanged=1),
    ]
    assert desk.profile(JIRO).address == "鹿島市古枝1"


def test_departures_are_told_in_the_order_of_the_imports(desk: Desk) -> None:
    story(desk, JIRO, moved_out(JIRO, "2026-09-05"), JIRO | {SINCE: "2026-10-10"}, died(JIRO, "2026-11-11"))
    person = desk.person(JIRO)
    told = desk.database.run(lambda session: departures_of(session, [person, new_id()]))
    assert told == {
        person: [
            ResidenceEvent(person, ResidenceEventKind.MOVED_OUT, date(2026, 9, 5)),
            ResidenceEvent(person, ResidenceEventKind.RETURNED, date(2026, 10, 10)),
            ResidenceEvent(person, ResidenceEventKind.DIED, date(2026, 11, 11)),
        ]
    }


def test_a_stranger_to_the_roll_is_no_resident(desk: Desk) -> None:
    stranger = new_id()
    assert desk.database.run(lambda session: is_resident_on(session, [stranger], BASE_DATE)) == {stranger: False}


def test_imports_are_listed_from_the_newest(desk: Desk) -> None:
    assert desk.database.run(last_import) is None
    first, second = desk.take(written(TARO)).on_record, desk.take(written(TARO, JIRO)).on_record
    assert desk.database.run(last_import) == second
    assert desk.database.run(list_imports) == [second, first]
    assert second.number == 2


@pytest.mark.parametrize(
    ("family", "given", "birth_date", "address", "is_found"),
    [
        ("タカサキ", "ハナコ", date(1967, 12, 3), "鹿島市納富分2643-1", True),
        ("たかさき", "はなこ", date(1967, 12, 3), "鹿島市大字納富分二六四三番地１", True),
        ("タカサキ", "ハナコ", date(1967, 12, 4), "鹿島市納富分2643-1", False),
        ("タカサキ", "ハナヨ", date(1967, 12, 3), "鹿島市納富分2643-1", False),
        ("タカサキ", "ハナコ", date(1967, 12, 3), "鹿島市納富分2643-2", False),
        ("高崎", "ハナコ", date(1967, 12, 3), "鹿島市納富分2643-1", False),
    ],
)
def test_somebody_is_found_by_what_they_know_however_it_is_typed(
    desk: Desk, family: str, given: str, birth_date: date, address: str, is_found: bool
) -> None:
    desk.take(written(TARO, HANAKO, JIRO))
    found = desk.database.run(
        lambda session: people_matching(
            session, key=KEY, family_kana=family, given_kana=given, birth_date=birth_date, address=address
        )
    )
    assert found == ([desk.person(HANAKO)] if is_found else [])


def test_somebody_who_left_is_not_found_any_more(desk: Desk) -> None:
    story(desk, JIRO, moved_out(JIRO, "2026-09-05"))
    found = desk.database.run(
        lambda session: people_matching(
            session,
            key=KEY,
            family_kana="カシマ",
            given_kana="ジロウ",
            birth_date=date(2001, 5, 6),
            address=JIRO["住所"],
        )
    )
    assert found == []
