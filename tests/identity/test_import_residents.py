"""Residents come in as one batch, with a wallet that says nothing about them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session

from identity.model import (
    Holder,
    HolderKind,
    ImportedResident,
    NewResident,
    ResidentProfile,
    SignedIn,
    StaffRole,
)
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.queries import (
    household_sizes,
    known_people,
    name_of,
    people_by_ids,
    people_by_wallets,
    person_ids_of,
    resident_profile,
    signed_in_of,
    wallet_ids_of,
)
from identity.refusals import HolderUnknown, PersonUnknown, ResidentAlreadyKnown, ResidentRecordInvalid
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id, new_ids
from kernel.refusals import Refusal
from tests.identity.people import HANAKO, TARO


def people_count(session: Session) -> int:
    row = driver_connection(session).execute("SELECT count(*) FROM identity.people").fetchone()
    assert row
    return int(row[0])


def test_an_imported_resident_reads_back_as_given(
    database: Database, residents: list[ImportedResident], clock: SetClock
) -> None:
    assert [resident.person_id for resident in residents] == [TARO.person_id, HANAKO.person_id]
    profile = database.run(lambda session: resident_profile(session, TARO.person_id))
    assert profile == ResidentProfile(
        person_id=TARO.person_id,
        household_id=TARO.household_id,
        wallet_id=residents[0].wallet_id,
        family_name="鹿島",
        given_name="太郎",
        family_kana="カシマ",
        given_kana="タロウ",
        birth_date=date(1980, 4, 1),
        district="浜",
        address="鹿島市浜町9001",
        postal_code="849-1322",
        has_smartphone=True,
    )
    assert profile.display_name == "鹿島 太郎"


def test_a_wallet_id_is_random_and_not_made_from_the_time(residents: list[ImportedResident]) -> None:
    assert [resident.wallet_id.version for resident in residents] == [4, 4]
    assert residents[0].wallet_id != residents[1].wallet_id


def test_an_empty_import_adds_nobody(database: Database, clock: SetClock) -> None:
    assert database.run(lambda session: import_residents(session, [], now=clock.now())) == []


def test_a_later_import_may_name_a_household_that_is_there(
    staff_database: Database, residents: list[ImportedResident], clock: SetClock
) -> None:
    child = replace(TARO, person_id=derived_id("person", "child"), given_name="一", given_kana="ハジメ")
    staff_database.run(lambda session: import_residents(session, [child], now=clock.now()))
    sizes = staff_database.run(lambda session: household_sizes(session, [TARO.household_id, child.person_id]))
    assert sizes == {TARO.household_id: 3}


@pytest.mark.parametrize(
    ("record", "refusal"),
    [
        (replace(HANAKO, family_name=" "), ResidentRecordInvalid(1, "family_name")),
        (replace(HANAKO, given_name=""), ResidentRecordInvalid(1, "given_name")),
        (replace(HANAKO, district=""), ResidentRecordInvalid(1, "district")),
        (replace(HANAKO, address="　"), ResidentRecordInvalid(1, "address")),
        (replace(HANAKO, family_kana="かしま"), ResidentRecordInvalid(1, "family_kana")),
        (replace(HANAKO, given_kana=""), ResidentRecordInvalid(1, "given_kana")),
        (replace(HANAKO, postal_code="8491322"), ResidentRecordInvalid(1, "postal_code")),
        (replace(HANAKO, birth_date=date(2026, 9, 2)), ResidentRecordInvalid(1, "birth_date")),
        (replace(HANAKO, birth_date=date(1869, 12, 31)), ResidentRecordInvalid(1, "birth_date")),
        (replace(HANAKO, person_id=TARO.person_id), ResidentAlreadyKnown(str(TARO.person_id))),
    ],
)
def test_one_unusable_record_refuses_the_whole_import(
    staff_database: Database, clock: SetClock, record: NewResident, refusal: Refusal
) -> None:
    with pytest.raises(type(refusal)) as refused:
        staff_database.run(lambda session: import_residents(session, [TARO, record], now=clock.now()))
    assert refused.value == refusal
    assert staff_database.run(people_count) == 0


def test_a_child_born_today_is_imported(staff_database: Database, clock: SetClock) -> None:
    newborn = replace(TARO, birth_date=date(2026, 9, 1))
    staff_database.run(lambda session: import_residents(session, [newborn], now=clock.now()))
    assert staff_database.run(people_count) == 1


def test_a_person_imported_before_refuses_the_whole_import(
    staff_database: Database, residents: list[ImportedResident], clock: SetClock
) -> None:
    stranger = replace(TARO, person_id=derived_id("person", "stranger"))
    with pytest.raises(ResidentAlreadyKnown) as refused:
        staff_database.run(lambda session: import_residents(session, [stranger, HANAKO], now=clock.now()))
    assert refused.value.person_id == str(HANAKO.person_id)
    assert staff_database.run(people_count) == 2


def test_people_are_found_by_id_and_by_wallet_and_strangers_are_left_out(
    database: Database, residents: list[ImportedResident]
) -> None:
    nobody = derived_id("person", "nobody")
    taro, hanako = residents

    def questions(session: Session) -> tuple[set[UUID], dict[UUID, str], dict[UUID, UUID]]:
        return (
            set(people_by_ids(session, [taro.person_id, nobody])),
            {wallet: one.given_name for wallet, one in people_by_wallets(session, [hanako.wallet_id, nobody]).items()},
            wallet_ids_of(session, [taro.person_id, hanako.person_id, nobody]),
        )

    by_id, by_wallet, wallets = database.run(questions)
    assert by_id == {taro.person_id}
    assert by_wallet == {hanako.wallet_id: "花子"}
    assert wallets == dict(residents)


@pytest.mark.parametrize("role", ["kashiman_pay", "kashiman_staff", "kashiman_worker"])
def test_who_is_there_and_with_which_wallet_is_told_without_reading_anybody(
    make_database: Callable[[str], Database], residents: list[ImportedResident], role: str
) -> None:
    nobody = derived_id("person", "nobody")
    taro, hanako = residents
    with make_database(role).transaction() as session:
        assert known_people(session, [taro.person_id, nobody]) == {taro.person_id}
        assert person_ids_of(session, [hanako.wallet_id, nobody]) == {hanako.wallet_id: hanako.person_id}
        assert wallet_ids_of(session, [taro.person_id, nobody]) == {taro.person_id: taro.wallet_id}
        assert household_sizes(session, [TARO.household_id]) == {TARO.household_id: 2}
        asked = Holder(HolderKind.RESIDENT, taro.person_id)
        assert signed_in_of(session, asked) == SignedIn(
            kind=HolderKind.RESIDENT, subject=taro.person_id, wallet_id=taro.wallet_id
        )


def test_a_page_of_ones_own_says_what_one_is_called(
    database: Database, staff_database: Database, residents: list[ImportedResident]
) -> None:
    clerk = staff_database.run(lambda session: add_staff(session, display_name="窓口 一子", roles=[StaffRole.HELP]))
    holders = [Holder(HolderKind.RESIDENT, residents[0].person_id), Holder(HolderKind.STAFF, clerk)]
    with database.transaction() as session:
        assert [name_of(session, holder) for holder in holders] == ["鹿島 太郎", "窓口 一子"]
        with pytest.raises(HolderUnknown):
            name_of(session, Holder(HolderKind.RESIDENT, clerk))


def test_the_profile_of_a_stranger_is_refused(database: Database) -> None:
    nobody = derived_id("person", "nobody")
    with pytest.raises(PersonUnknown) as refused:
        database.run(lambda session: resident_profile(session, nobody))
    assert refused.value.person_id == str(nobody)


def test_the_whole_city_is_imported_at_once(staff_database: Database, clock: SetClock) -> None:
    households = new_ids(11_000)
    city = [
        replace(TARO, person_id=person_id, household_id=households[place % 11_000])
        for place, person_id in enumerate(new_ids(27_000))
    ]
    imported = staff_database.run(lambda session: import_residents(session, city, now=clock.now()))
    assert len({resident.wallet_id for resident in imported}) == 27_000
    assert staff_database.run(people_count) == 27_000
