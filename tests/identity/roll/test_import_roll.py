"""The roll comes in whole or not at all, and people are recognised from one import to the next."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from identity.model import Holder, HolderKind, ResidentProfile, SignedIn
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.operations.sign_in import sign_in
from identity.queries import household_sizes
from identity.refusals import SignInCodeWrong
from identity.roll.model import RollCounts
from identity.roll.queries import resident_household_sizes
from identity.roll.refusals import (
    RollBaseDateInFuture,
    RollColumnsMissing,
    RollHoldsMyNumber,
    RollOlderThanLast,
    RollRowsUnusable,
)
from kernel.refusals import Refusal
from tests.identity.people import PEPPER
from tests.identity.roll.desk import NOW, Desk
from tests.identity.roll.extracts import BASE_DATE, HANAKO, JIRO, TARO, died, moved_out, written

LATER = date(2026, 10, 1)
FIRST = written(TARO, HANAKO, JIRO)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_roll_in_each_encoding_reads_back_as_the_same_people(desk: Desk, encoding: str) -> None:
    done = desk.take(written(TARO, HANAKO, JIRO, encoding=encoding))
    assert done.on_record.counts == RollCounts(added=3)
    taro = desk.profile(TARO)
    assert taro == ResidentProfile(
        person_id=taro.person_id,
        household_id=desk.profile(HANAKO).household_id,
        wallet_id=taro.wallet_id,
        family_name="髙﨑",
        given_name="太郎",
        family_kana="タカサキ",
        given_kana="タロウ",
        birth_date=date(1965, 1, 2),
        district="鹿島",
        address="鹿島市大字納富分２６４３番地１　メゾン鹿島１０１号",
        postal_code="849-1311",
        has_smartphone=False,
    )
    assert desk.profile(HANAKO).birth_date == date(1967, 12, 3)
    assert desk.profile(JIRO).household_id != taro.household_id


def test_an_import_is_on_record_with_its_clerk_its_file_and_its_counts(desk: Desk) -> None:
    done = desk.take(FIRST)
    record = done.on_record
    assert (record.number, record.base_date, record.imported_by, record.imported_at) == (1, BASE_DATE, desk.clerk, NOW)
    assert record.file_sha256 == hashlib.sha256(FIRST).hexdigest()
    assert not done.is_replay


def test_the_numbers_of_the_roll_are_nowhere_in_the_database(desk: Desk) -> None:
    desk.take(written(TARO | {"住民番号": "00908172635445362", "世帯番号": "718293645546372"}))
    everything = str(desk.dump())
    assert "タカサキ" in everything
    for number in ("908172635445362", "718293645546372"):
        assert number not in everything
        assert number.encode().hex() not in everything


def test_columns_that_nobody_needs_are_named_and_not_kept(desk: Desk) -> None:
    secretive = TARO | {"本籍": "東京都千代田区", "旧氏": "納富"}
    done = desk.take(written(secretive, columns=[*TARO, "本籍", "旧氏"]))
    assert done.columns_not_kept == ("本籍", "旧氏")
    assert "千代田" not in str(desk.dump())
    assert "納富'" not in str(desk.dump())


def test_a_later_roll_corrects_names_addresses_and_households(desk: Desk) -> None:
    desk.take(FIRST)
    before = desk.profile(HANAKO)
    married = HANAKO | {
        "世帯番号": JIRO["世帯番号"],
        "氏": JIRO["氏"],
        "氏カナ": JIRO["氏カナ"],
        "住所": JIRO["住所"],
        "方書": "",
        "行政区": "浜",
        "郵便番号": "849-1322",
    }
    done = desk.take(written(TARO, married, JIRO), base_date=LATER)
    assert done.on_record.counts == RollCounts(changed=1, unchanged=2)
    jiro = desk.profile(JIRO)
    assert desk.profile(HANAKO) == replace(
        jiro,
        person_id=before.person_id,
        wallet_id=before.wallet_id,
        given_name="花子",
        given_kana="ハナコ",
        birth_date=before.birth_date,
    )
    households = [before.household_id, jiro.household_id]
    assert desk.database.run(lambda session: household_sizes(session, households)) == dict.fromkeys(households, 0) | {
        before.household_id: 1,
        jiro.household_id: 2,
    }


def test_somebody_moves_into_a_household_that_is_new(desk: Desk) -> None:
    desk.take(FIRST)
    before = desk.profile(HANAKO).household_id
    desk.take(written(HANAKO | {"世帯番号": "901"}), base_date=LATER)
    after = desk.profile(HANAKO).household_id
    assert after not in {before, desk.profile(TARO).household_id}
    assert desk.database.run(lambda session: household_sizes(session, [before, after])) == {before: 1, after: 1}


def test_a_number_that_lost_its_zeros_in_a_spreadsheet_is_the_same_person(desk: Desk) -> None:
    desk.take(FIRST)
    done = desk.take(written(TARO | {"住民番号": "12345", "世帯番号": "777"}), base_date=LATER)
    assert done.on_record.counts == RollCounts(unchanged=1, absent=2)


def test_whoever_is_not_in_the_file_has_not_left(desk: Desk) -> None:
    desk.take(FIRST)
    done = desk.take(written(JIRO), base_date=LATER)
    assert done.on_record.counts == RollCounts(unchanged=1, absent=2)
    assert desk.lives_here(TARO, LATER)


def test_who_moved_out_or_died_is_no_resident_from_that_day_and_nothing_else_of_them_changes(desk: Desk) -> None:
    desk.take(FIRST)
    taro, jiro = desk.profile(TARO), desk.profile(JIRO)
    file = written(moved_out(TARO, "令和8年9月15日"), HANAKO, died(JIRO, "2026/9/20"))
    done = desk.take(file, base_date=LATER)
    assert done.on_record.counts == RollCounts(moved_out=1, died=1, unchanged=1)
    assert [desk.lives_here(TARO, date(2026, 9, day)) for day in (14, 15, 16)] == [True, False, False]
    assert [desk.lives_here(JIRO, date(2026, 9, day)) for day in (19, 20, 21)] == [True, False, False]
    assert (desk.profile(TARO), desk.profile(JIRO)) == (taro, jiro)
    sizes = desk.database.run(lambda session: resident_household_sizes(session, [taro.household_id, jiro.household_id]))
    assert sizes == {taro.household_id: 1}


def test_who_left_can_no_longer_sign_in_and_who_stays_can(desk: Desk) -> None:
    desk.take(FIRST)
    holders = [Holder(HolderKind.RESIDENT, desk.person(row)) for row in (TARO, JIRO)]
    taros, jiros = desk.database.run(lambda session: issue_sign_in_codes(session, holders, pepper=PEPPER, now=NOW))
    desk.take(written(moved_out(TARO, "2026-09-15"), JIRO), base_date=LATER)
    answer = desk.residents.run(lambda session: sign_in(session, taros.text, pepper=PEPPER, now=NOW))
    assert answer == SignInCodeWrong()
    answer = desk.residents.run(lambda session: sign_in(session, jiros.text, pepper=PEPPER, now=NOW))
    assert isinstance(answer, SignedIn)


def test_a_stranger_who_left_is_passed_over_and_leaves_no_trace(desk: Desk) -> None:
    done = desk.take(written(moved_out(TARO, "2026-08-01"), JIRO))
    assert done.on_record.counts == RollCounts(added=1, passed_over=1)
    assert [name for (name,) in desk.ask_residents("SELECT given_name FROM identity.people")] == ["次郎"]
    assert desk.ask("SELECT count(*) FROM identity.residence_events") == [(0,)]


def test_the_same_departure_told_again_is_no_news(desk: Desk) -> None:
    desk.take(FIRST)
    gone = moved_out(TARO, "2026-09-15")
    desk.take(written(gone, HANAKO, JIRO), base_date=LATER)
    done = desk.take(written(gone, JIRO), base_date=LATER)
    assert done.on_record.counts == RollCounts(unchanged=2, absent=1)
    assert desk.ask("SELECT count(*) FROM identity.residence_events") == [(1,)]


def test_the_same_file_again_answers_the_same_and_changes_nothing(desk: Desk) -> None:
    first = desk.take(FIRST)
    before = desk.dump()
    again = desk.take(FIRST, now=NOW + timedelta(hours=1))
    assert again == replace(first, is_replay=True)
    assert desk.dump() == before


def test_a_file_that_was_overtaken_on_its_day_is_not_applied_again(desk: Desk) -> None:
    desk.take(FIRST)
    desk.take(written(TARO | {"名": "大郎"}))
    before = desk.dump()
    assert desk.take(FIRST).is_replay
    assert desk.dump() == before


def test_a_roll_older_than_the_last_is_refused_and_changes_nothing(desk: Desk) -> None:
    desk.take(FIRST, base_date=LATER)
    before = desk.dump()
    with pytest.raises(RollOlderThanLast) as refused:
        desk.take(written(JIRO))
    assert refused.value == RollOlderThanLast("2026-09-01", "2026-10-01")
    assert desk.dump() == before


@pytest.mark.parametrize(
    ("file", "base_date", "refusal"),
    [
        (FIRST, date(2026, 12, 21), RollBaseDateInFuture("2026-12-21")),
        (
            written(TARO, columns=[name for name in TARO if name != "世帯番号"]),
            LATER,
            RollColumnsMissing(("世帯番号",)),
        ),
        (
            written(HANAKO | {"名": "花"}, JIRO | {"郵便番号": "849"}),
            LATER,
            RollRowsUnusable(1, 3, "郵便番号", ((3, "郵便番号", "postal_code_unreadable"),)),
        ),
        (
            written(HANAKO | {"名": "花"}, JIRO | {"備考": "個人番号 1234-5678-9018"}, columns=[*TARO, "備考"]),
            LATER,
            RollHoldsMyNumber(1, 3, "備考", ((3, "備考"),)),
        ),
    ],
)
def test_a_refused_import_changes_nothing(desk: Desk, file: bytes, base_date: date, refusal: Refusal) -> None:
    desk.take(FIRST)
    before = desk.dump()
    with pytest.raises(type(refusal)) as refused:
        desk.take(file, base_date=base_date)
    assert refused.value == refusal
    assert desk.dump() == before
    with pytest.raises(type(refusal)) as foreseen:
        desk.preview(file, base_date=base_date)
    assert foreseen.value == refusal


def test_a_preview_answers_the_counts_of_the_import_and_writes_nothing(desk: Desk) -> None:
    desk.take(FIRST)
    before = desk.dump()
    newborn = TARO | {"住民番号": "50001", "名": "一", "名カナ": "ハジメ", "生年月日": "R8.9.10"}
    file = written(
        moved_out(TARO, "2026-09-15"), HANAKO | {"氏": "高崎"}, newborn, died(newborn | {"住民番号": "7"}, "R8.9.9")
    )
    foreseen = desk.preview(file, base_date=LATER)
    assert foreseen.counts == RollCounts(added=1, changed=1, moved_out=1, passed_over=1, absent=1)
    assert desk.dump() == before
    assert desk.take(file, base_date=LATER).on_record.counts == foreseen.counts


def test_thirty_thousand_residents_come_in_and_move_together(desk: Desk) -> None:
    city = [
        TARO | {"住民番号": str(100_000 + number), "世帯番号": str(1 + number // 3), "氏": f"鹿島{number}"}
        for number in range(30_000)
    ]
    file = written(*city, encoding="cp932")
    done = desk.take(file)
    assert done.on_record.counts == RollCounts(added=30_000)
    moved = [row | {"住所": "鹿島市浜町1"} for row in city]
    assert desk.take(written(*moved), base_date=LATER).on_record.counts == RollCounts(changed=30_000)
