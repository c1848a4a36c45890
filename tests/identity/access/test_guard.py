"""The database itself lets nobody but the residents' own processes read a resident, unless the reading is on record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors
from sqlmodel import Session

from identity.access.model import PersonField
from identity.model import ImportedResident
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import new_id
from tests.identity.access.desk import count, read
from tests.identity.people import HANAKO, TARO

MakeDatabase = Callable[[str], Database]
READ = """
SELECT * FROM identity.read_on_record(%(readings)s::uuid[], %(people)s::uuid[], %(staff)s, %(at)s, %(desk)s, %(screen)s,
    %(code)s, %(text)s, %(what)s::text[], %(case)s)
"""
READINGS: LiteralString = "SELECT count(*) FROM identity.readings"
IDS = {"id", "household_id", "wallet_id", "erased_at"}
PERSONAL: list[LiteralString] = [
    *("family_name", "given_name", "family_kana", "given_kana", "birth_date", "district", "address", "postal_code"),
    "has_smartphone",
]
MAY_SELECT = {
    "kashiman_pay": {*PERSONAL, *IDS},
    "kashiman_apply": set(),
    "kashiman_staff": IDS,
    "kashiman_worker": IDS,
    "kashiman_auditor": set(),
}
"""By role; a column that is new belongs to nobody but the residents until it is written here."""
WAYS_AROUND: list[LiteralString] = [
    "SELECT * FROM identity.people",
    "SELECT p FROM identity.people AS p",
    "SELECT to_jsonb(p) FROM identity.people AS p",
    "SELECT id FROM identity.people WHERE family_name LIKE '鹿%'",
    "SELECT id FROM identity.people ORDER BY birth_date",
    "SELECT count(DISTINCT address) FROM identity.people",
    "COPY identity.people TO STDOUT",
    "TABLE identity.people",
    "CREATE TEMPORARY VIEW seen AS SELECT * FROM identity.people; SELECT * FROM seen",
    "SELECT display_name, given_name FROM identity.people AS p JOIN identity.shop_users ON p.id = person_id",
    "SELECT * FROM identity.people FOR SHARE",
    "INSERT INTO identity.people SELECT * FROM identity.people RETURNING given_name",
]
FIELDS: dict[PersonField, dict[str, object]] = {
    PersonField.NAME: {"family_name": "鹿島", "given_name": "太郎"},
    PersonField.KANA: {"family_kana": "カシマ", "given_kana": "タロウ"},
    PersonField.BIRTH_DATE: {"birth_date": date(1980, 4, 1)},
    PersonField.ADDRESS: {"address": "鹿島市浜町9001", "postal_code": "849-1322"},
    PersonField.DISTRICT: {"district": "浜"},
    PersonField.HOUSEHOLD: {"household_id": TARO.household_id},
    PersonField.SMARTPHONE: {"has_smartphone": True},
}


@pytest.fixture
def facts(taro: UUID, clerk: UUID, clock: SetClock) -> dict[str, object]:
    """A reading of Taro's name as the console asks for it."""
    return {
        "readings": [new_id()],
        "people": [taro],
        "staff": clerk,
        "at": clock.now(),
        "desk": "help",
        "screen": "help_desk/person",
        "code": "inquiry",
        "text": "本人から残高について電話があった",
        "what": ["name"],
        "case": None,
    }


def told(session: Session, facts: Mapping[str, object], statement: str = READ) -> list[dict[str, Any]]:
    """What the function answers, without the columns that are empty."""
    cursor = driver_connection(session).execute(statement, facts)
    names = [column.name for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def refused(session: Session, statement: LiteralString) -> None:
    """The statement is refused, and the transaction goes on."""
    with pytest.raises(errors.InsufficientPrivilege), driver_connection(session).transaction():
        driver_connection(session).execute(statement)


@pytest.mark.parametrize("role", MAY_SELECT)
def test_asvs_13_2_2_each_role_selects_the_columns_that_its_processes_need(database_url: str, role: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            """
            SELECT attname FROM pg_attribute WHERE attrelid = 'identity.people'::regclass AND attnum > 0
            AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, 'SELECT')
            """,
            [role],
        )
        assert {row[0] for row in rows} == MAY_SELECT[role]


@pytest.mark.parametrize("role", ["kashiman_apply", "kashiman_staff", "kashiman_worker"])
def test_asvs_8_2_3_personal_columns_are_read_by_no_statement_of_ones_own(
    make_database: MakeDatabase, residents: list[ImportedResident], role: str
) -> None:
    with make_database(role).transaction() as session:
        for column in PERSONAL:
            refused(session, "SELECT " + column + " FROM identity.people")
        for statement in WAYS_AROUND:
            refused(session, statement)


def test_staff_and_jobs_know_which_people_there_are(
    make_database: MakeDatabase, residents: list[ImportedResident]
) -> None:
    everybody = {(person_id, TARO.household_id, wallet_id, None) for person_id, wallet_id in residents}
    for role in ("kashiman_staff", "kashiman_worker"):
        with make_database(role).transaction() as session:
            rows = driver_connection(session).execute(
                "SELECT id, household_id, wallet_id, erased_at FROM identity.people"
            )
            assert set(rows) == everybody


@pytest.mark.parametrize("field", FIELDS)
def test_asvs_8_2_3_a_reading_answers_the_fields_that_its_record_names_and_no_other(
    staff_database: Database, taro: UUID, facts: dict[str, Any], field: PersonField
) -> None:
    with staff_database.transaction() as session:
        (answer,) = told(session, facts | {"what": [field.value]})
        assert answer == {"person_id": taro, "reading_id": facts["readings"][0]} | FIELDS[field]
        kept = driver_connection(session).execute("SELECT id, person_id, what FROM identity.readings").fetchall()
    assert kept == [(facts["readings"][0], taro, [field.value])]


def test_the_wallet_of_somebody_is_a_field_of_a_reading_too(
    staff_database: Database, residents: list[ImportedResident], facts: dict[str, Any]
) -> None:
    with staff_database.transaction() as session:
        (answer,) = told(session, facts | {"what": ["wallet", "name"]})
    assert answer["wallet_id"] == residents[0].wallet_id
    assert answer["given_name"] == "太郎"


def test_asvs_16_2_1_a_record_opens_nothing_beyond_its_own_statement(
    staff_database: Database, facts: dict[str, Any]
) -> None:
    with staff_database.transaction() as session:
        assert len(told(session, facts)) == 1
        refused(session, "SELECT given_name FROM identity.people")
        (again,) = told(session, facts | {"readings": [new_id()], "what": ["district"]})
        assert "given_name" not in again
    assert count(staff_database, READINGS) == 2


def test_asvs_16_4_2_a_reading_and_its_record_are_kept_or_undone_together(
    staff_database: Database, facts: dict[str, Any]
) -> None:
    with staff_database.transaction() as session:
        with driver_connection(session).transaction(force_rollback=True):
            assert len(told(session, facts)) == 1
        assert driver_connection(session).execute(READINGS).fetchone() == (0,)
        refused(session, "SELECT given_name FROM identity.people")
        told(session, facts)
        refused(session, "DELETE FROM identity.readings")
        refused(session, "UPDATE identity.readings SET what = ARRAY['district']")
    assert count(staff_database, READINGS) == 1


def test_asvs_16_2_1_no_record_is_written_by_hand(staff_database: Database, taro: UUID, clerk: UUID) -> None:
    statement = """
        INSERT INTO identity.readings (id, person_id, staff_id, at, desk, screen, reason_code, reason_text, what)
        VALUES (gen_random_uuid(), %s, %s, now(), 'help', 'x', 'inquiry', 'x', '{name}')
    """
    with pytest.raises(errors.InsufficientPrivilege), staff_database.transaction() as session:
        driver_connection(session).execute(statement, [taro, clerk])


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"text": ""}, errors.CheckViolation),
        ({"text": None}, errors.NotNullViolation),
        ({"code": "curiosity"}, errors.CheckViolation),
        ({"screen": " "}, errors.CheckViolation),
        ({"what": []}, errors.CheckViolation),
        ({"what": None}, errors.NotNullViolation),
        ({"what": ["name", "tax"]}, errors.CheckViolation),
        ({"what": [None, "name"]}, errors.CheckViolation),
        ({"readings": []}, errors.NotNullViolation),
        ({"staff": new_id()}, errors.ForeignKeyViolation),
        ({"staff": None}, errors.NotNullViolation),
        ({"at": None}, errors.NotNullViolation),
    ],
)
def test_asvs_16_2_1_without_a_whole_record_nothing_is_read(
    staff_database: Database, facts: dict[str, Any], differs: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), staff_database.transaction() as session:
        told(session, facts | differs)
    assert count(staff_database, READINGS) == 0


@pytest.mark.parametrize(
    "statement",
    [
        READ + " LIMIT 1",
        "SELECT EXISTS (" + READ + ")",
        READ.replace("SELECT *", "SELECT count(*)"),
        READ + " WHERE given_name = '花子'",
    ],
)
def test_asvs_16_2_1_who_looks_at_one_of_two_has_read_both(
    staff_database: Database, residents: list[ImportedResident], facts: dict[str, Any], statement: str
) -> None:
    both = {"readings": [new_id(), new_id()], "people": [person.person_id for person in residents]}
    with staff_database.transaction() as session:
        assert len(told(session, facts | both, statement)) == 1
    assert count(staff_database, READINGS) == 2


def test_a_transaction_that_may_not_write_may_not_read(staff_database: Database, facts: dict[str, Any]) -> None:
    with staff_database.transaction() as session:
        driver_connection(session).execute("SET TRANSACTION READ ONLY")
        with pytest.raises(errors.ReadOnlySqlTransaction), driver_connection(session).transaction():
            told(session, facts)


def test_many_are_read_in_one_statement_and_strangers_are_left_out(
    staff_database: Database, residents: list[ImportedResident], facts: dict[str, Any]
) -> None:
    taro, hanako = (person.person_id for person in residents)
    asked = {"readings": [new_id() for _ in range(3)], "people": [hanako, new_id(), taro]}
    with staff_database.transaction() as session:
        answers = told(session, facts | asked)
    assert {answer["person_id"]: answer["given_name"] for answer in answers} == {taro: "太郎", hanako: "花子"}
    assert count(staff_database, READINGS) == 2


def test_a_search_answers_who_and_nothing_else(staff_database: Database, taro: UUID, hanako: UUID) -> None:
    asked: Sequence[tuple[date, str, str | None, list[UUID]]] = [
        (TARO.birth_date, "カシマ", "タロウ", [taro]),
        (HANAKO.birth_date, "カシマ", None, [hanako]),
        (HANAKO.birth_date, "カシマ", "タロウ", []),
    ]
    with staff_database.transaction() as session:
        for born_on, family, given, found in asked:
            rows = driver_connection(session).execute(
                "SELECT * FROM identity.people_of_kana(%s, %s, %s, 10)", [born_on, family, given]
            )
            assert rows.fetchall() == [(person_id,) for person_id in found]
    assert count(staff_database, READINGS) == 0


def test_asvs_13_2_2_what_runs_with_the_owners_rights_is_closed_and_looks_nowhere_else(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        functions = connection.execute(
            """
            SELECT proname, proconfig, EXISTS (
                SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0
            ) FROM pg_proc WHERE prosecdef AND pronamespace = 'identity'::regnamespace
            """
        ).fetchall()
    assert {"read_on_record", "people_of_kana", "registered_as", "residents_on"} <= {name for name, *_ in functions}
    for name, settings, is_public in functions:
        assert (settings, is_public) == (["search_path=pg_catalog, pg_temp"], False), name


def test_the_residents_own_processes_read_a_resident_and_leave_no_record_of_staff(
    database: Database, staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    with database.transaction() as session:
        row = driver_connection(session).execute("SELECT given_name FROM identity.people WHERE id = %s", [taro])
        assert row.fetchone() == ("太郎",)
    assert count(staff_database, READINGS) == 0
    read(staff_database, taro, clerk, clock.now())
    assert count(database, READINGS) == 1
