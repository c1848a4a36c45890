"""Staff read a person's data for a reason, on record, and get what they asked for and no more."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from psycopg import errors

from identity.access.model import (
    PersonField,
    PersonOfKana,
    PersonOfWallet,
    PersonView,
    Reading,
    Reason,
    ReasonCode,
)
from identity.access.operations.find_people_by import find_people_by
from identity.access.operations.read_people import read_people
from identity.access.operations.record_listing import record_listing
from identity.access.queries import events_about, readings_of
from identity.access.refusals import PersonalDataNotForDesk, ReasonTooVague, SearchFindsTooMany
from identity.access.rules.reading import ALL_FIELDS, MAY_READ, PEOPLE_FOUND_MAX, kana_as_registered
from identity.model import ImportedResident, NewResident, StaffRole
from identity.operations.import_residents import import_residents
from identity.refusals import HolderUnknown, PersonUnknown
from identity.rules.my_number import MyNumberGiven
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id, new_id
from kernel.refusals import Refusal
from tests.identity.access.conftest import Hire
from tests.identity.access.desk import ADDRESSED, CALLED, SCREEN, count, read
from tests.identity.people import TARO

READINGS = "SELECT count(*) FROM identity.readings"
HELP = frozenset({StaffRole.HELP})


def search(
    database: Database, wanted: PersonOfKana | PersonOfWallet, staff_id: UUID, clock: SetClock
) -> list[PersonView]:
    return database.run(
        lambda session: find_people_by(
            session,
            wanted,
            staff_id=staff_id,
            roles=HELP,
            reason=CALLED,
            fields=[PersonField.NAME],
            screen="help_desk/search",
            now=clock.now(),
        )
    )


def test_asvs_16_2_1_a_reading_says_who_when_where_why_and_what(
    database: Database, staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    view = read(staff_database, taro, clerk, clock.now())
    with database.transaction() as session:
        assert readings_of(session, taro) == [
            Reading(
                view.reading_id,
                clock.now(),
                StaffRole.HELP,
                "窓口 一子",
                SCREEN,
                CALLED,
                (PersonField.NAME, PersonField.ADDRESS),
            )
        ]


def test_asvs_8_2_3_only_the_fields_that_were_asked_are_answered(
    staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    view = read(staff_database, taro, clerk, clock.now(), fields=[PersonField.NAME, PersonField.BIRTH_DATE])
    assert view == PersonView(
        person_id=taro,
        reading_id=view.reading_id,
        family_name="鹿島",
        given_name="太郎",
        birth_date=date(1980, 4, 1),
    )
    assert view.display_name == "鹿島 太郎"


def test_all_fields_of_a_person_can_be_asked(
    staff_database: Database, residents: list[ImportedResident], clerk: UUID, clock: SetClock
) -> None:
    person = residents[0]
    view = read(staff_database, person.person_id, clerk, clock.now(), fields=ALL_FIELDS)
    assert view == PersonView(
        person_id=person.person_id,
        reading_id=view.reading_id,
        family_name="鹿島",
        given_name="太郎",
        family_kana="カシマ",
        given_kana="タロウ",
        birth_date=date(1980, 4, 1),
        address="鹿島市浜町9001",
        postal_code="849-1322",
        district="浜",
        household_id=TARO.household_id,
        wallet_id=person.wallet_id,
        has_smartphone=True,
    )


@pytest.mark.parametrize(
    ("role", "field"),
    [
        (StaffRole.COMMERCE, PersonField.HOUSEHOLD),
        (StaffRole.FINANCE, PersonField.ADDRESS),
        (StaffRole.AUDIT, PersonField.BIRTH_DATE),
        (StaffRole.ADMIN, PersonField.NAME),
    ],
)
def test_asvs_8_2_3_a_desk_reads_what_its_duty_needs(
    staff_database: Database, taro: UUID, hire: Hire, clock: SetClock, role: StaffRole, field: PersonField
) -> None:
    somebody = hire("担当", role)
    with pytest.raises(PersonalDataNotForDesk) as refused:
        read(staff_database, taro, somebody, clock.now(), fields=[field], roles=[role])
    assert refused.value.fields == (field.value,)
    assert count(staff_database, READINGS) == 0
    for allowed in sorted(MAY_READ[role]):
        read(staff_database, taro, somebody, clock.now(), fields=[allowed], roles=[role])
    assert count(staff_database, READINGS) == len(MAY_READ[role])


def test_asvs_8_3_2_a_role_that_was_taken_away_counts_no_more(
    staff_database: Database, taro: UUID, hire: Hire, clock: SetClock
) -> None:
    auditor = hire("監査 三郎", StaffRole.AUDIT)
    with pytest.raises(PersonalDataNotForDesk):
        read(staff_database, taro, auditor, clock.now(), roles=[StaffRole.HELP])
    helper = hire("兼務 四子", StaffRole.HELP, StaffRole.AUDIT)
    with pytest.raises(PersonalDataNotForDesk):
        read(staff_database, taro, helper, clock.now(), roles=[StaffRole.AUDIT])


def test_the_desk_is_the_first_that_may_read_all_fields(
    database: Database, staff_database: Database, taro: UUID, hire: Hire, clock: SetClock
) -> None:
    both = hire("兼務 四子", StaffRole.HELP, StaffRole.COMMERCE)
    roles = [StaffRole.HELP, StaffRole.COMMERCE]
    read(staff_database, taro, both, clock.now(), roles=roles)
    read(staff_database, taro, both, clock.now() + timedelta(1), roles=roles, fields=[PersonField.HOUSEHOLD])
    with database.transaction() as session:
        assert [reading.desk for reading in readings_of(session, taro)] == [StaffRole.HELP, StaffRole.COMMERCE]


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        (Reason(ReasonCode.INQUIRY, "……！？"), ReasonTooVague(4)),
        (Reason(ReasonCode.INQUIRY, "本人の番号は123456789018"), MyNumberGiven(("reason_text",))),
        (CALLED._replace(case_reference="123456789018"), MyNumberGiven(("case_reference",))),
    ],
)
def test_without_a_usable_reason_nothing_is_read_and_nothing_recorded(
    staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock, reason: Reason, refusal: Refusal
) -> None:
    with pytest.raises(type(refusal)) as refused:
        read(staff_database, taro, clerk, clock.now(), reason=reason)
    assert refused.value == refusal
    assert count(staff_database, READINGS) == 0


def test_nobody_reads_somebody_who_is_not_there(
    staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    with pytest.raises(PersonUnknown):
        read(staff_database, new_id(), clerk, clock.now())
    with pytest.raises(HolderUnknown):
        read(staff_database, taro, new_id(), clock.now())
    assert count(staff_database, READINGS) == 0


def test_what_is_rolled_back_was_neither_read_nor_recorded(
    staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    seen: list[PersonView] = []

    def interrupted() -> None:
        with staff_database.transaction() as session:
            found = read_people(
                session,
                [taro],
                staff_id=clerk,
                roles=HELP,
                reason=CALLED,
                fields=ADDRESSED,
                screen=SCREEN,
                now=clock.now(),
            )
            assert driver_connection(session).execute(READINGS).fetchone() == (1,)
            seen.extend(found.values())
            raise ConnectionError

    with pytest.raises(ConnectionError):
        interrupted()
    assert len(seen) == 1
    assert count(staff_database, READINGS) == 0


def test_a_role_that_may_not_record_cannot_read_either(
    database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        read(database, taro, clerk, clock.now())


def test_many_are_read_at_once_each_on_record_and_unknown_ones_are_left_out(
    database: Database, staff_database: Database, taro: UUID, hanako: UUID, clerk: UUID, clock: SetClock
) -> None:
    asked = [hanako, new_id(), taro, hanako]
    found = staff_database.run(
        lambda session: read_people(
            session,
            asked,
            staff_id=clerk,
            roles=HELP,
            reason=CALLED,
            fields=[PersonField.KANA],
            screen=SCREEN,
            now=clock.now(),
        )
    )
    assert {person_id: view.given_kana for person_id, view in found.items()} == {hanako: "ハナコ", taro: "タロウ"}
    assert count(staff_database, READINGS) == 2
    with database.transaction() as session:
        assert [reading.id for reading in readings_of(session, taro)] == [found[taro].reading_id]


@pytest.mark.parametrize(
    ("family_kana", "given_kana", "found"),
    [
        ("カシマ", "ハナコ", ["鹿島 花子"]),
        ("かしま", " はなこ ", ["鹿島 花子"]),
        ("ｶｼﾏ", None, ["鹿島 花子"]),
        ("カシマ", "タロウ", []),
    ],
)
def test_the_help_desk_finds_people_by_reading_and_birth(
    staff_database: Database,
    hanako: UUID,
    clerk: UUID,
    clock: SetClock,
    family_kana: str,
    given_kana: str | None,
    found: list[str],
) -> None:
    wanted = PersonOfKana(family_kana, date(1982, 12, 3), given_kana)
    shown = search(staff_database, wanted, clerk, clock)
    assert [view.display_name for view in shown] == found
    assert count(staff_database, READINGS) == len(found)
    assert count(staff_database, "SELECT (facts->>'found')::int FROM identity.audit_events") == len(found)


def test_the_help_desk_finds_the_owner_of_a_wallet(
    database: Database, staff_database: Database, residents: list[ImportedResident], clerk: UUID, clock: SetClock
) -> None:
    shown = search(staff_database, PersonOfWallet(residents[0].wallet_id), clerk, clock)
    assert [(view.person_id, view.wallet_id) for view in shown] == [(residents[0].person_id, None)]
    assert search(staff_database, PersonOfWallet(new_id()), clerk, clock) == []
    with database.transaction() as session:
        assert len(readings_of(session, residents[0].person_id)) == 1
        assert events_about(session, residents[0].person_id) == []


def test_a_search_that_finds_too_many_shows_and_records_nobody(
    staff_database: Database, clerk: UUID, clock: SetClock
) -> None:
    def namesake(number: int) -> NewResident:
        return NewResident(
            person_id=derived_id("namesake", str(number)),
            household_id=derived_id("house", str(number)),
            family_name="同名",
            given_name=f"{number}号",
            family_kana="ドウメイ",
            given_kana="ゴウ",
            birth_date=date(2000, 1, 1),
            district="浜",
            address="鹿島市浜町1",
            postal_code="849-1322",
            has_smartphone=False,
        )

    ten = [namesake(number) for number in range(PEOPLE_FOUND_MAX)]
    staff_database.run(lambda session: import_residents(session, ten, now=clock.now()))
    wanted = PersonOfKana("ドウメイ", date(2000, 1, 1))
    assert len(search(staff_database, wanted, clerk, clock)) == PEOPLE_FOUND_MAX
    staff_database.run(lambda session: import_residents(session, [namesake(99)], now=clock.now()))
    with pytest.raises(SearchFindsTooMany):
        search(staff_database, wanted, clerk, clock)
    assert count(staff_database, READINGS) == PEOPLE_FOUND_MAX


def test_a_listing_is_recorded_once_per_person(
    database: Database, staff_database: Database, taro: UUID, hanako: UUID, clerk: UUID, clock: SetClock
) -> None:
    reason = Reason(ReasonCode.LOTTERY_NOTICE, "当選通知の宛名を印刷する")
    shown = staff_database.run(
        lambda session: record_listing(
            session,
            [taro, hanako, taro, new_id()],
            staff_id=clerk,
            roles=HELP,
            reason=reason,
            fields=ADDRESSED,
            screen="campaign/winners.csv",
            now=clock.now(),
        )
    )
    assert shown == {taro, hanako}
    assert count(staff_database, READINGS) == 2
    with database.transaction() as session:
        (reading,) = readings_of(session, hanako)
    assert (reading.reason, reading.screen, reading.what) == (reason, "campaign/winners.csv", ADDRESSED)


def test_a_listing_of_nobody_records_nothing_and_still_needs_a_reason(
    staff_database: Database, clerk: UUID, clock: SetClock
) -> None:
    def listed(reason: Reason) -> set[UUID]:
        return staff_database.run(
            lambda session: record_listing(
                session,
                [],
                staff_id=clerk,
                roles=HELP,
                reason=reason,
                fields=ADDRESSED,
                screen=SCREEN,
                now=clock.now(),
            )
        )

    assert listed(CALLED) == set()
    with pytest.raises(ReasonTooVague):
        listed(Reason(ReasonCode.COUNTER, "確認のため"))


def test_a_person_reads_their_readings_page_by_page_newest_first(
    database: Database, staff_database: Database, taro: UUID, hanako: UUID, clerk: UUID, clock: SetClock
) -> None:
    start = clock.now()
    made = [read(staff_database, taro, clerk, start + timedelta(hours=hour // 2)).reading_id for hour in range(5)]
    read(staff_database, hanako, clerk, start)
    with database.transaction() as session:
        first = readings_of(session, taro, limit=3)
        rest = readings_of(session, taro, before=first[-1].place, limit=3)
        assert [reading.id for reading in (*first, *rest)] == made[::-1]
        assert readings_of(session, taro, before=rest[-1].place) == []


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("かしま", "カシマ"),
        ("ｶﾞｯｺｳ", "ガッコウ"),
        ("ヴァン・ダム", "ヴァンダム"),
        (" カ　シ マ", "カシマ"),
        ("ゔー", "ヴー"),
    ],
)
def test_kana_are_read_in_any_width_and_script(typed: str, registered: str) -> None:
    assert kana_as_registered(typed) == registered
