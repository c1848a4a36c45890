"""What each role may do to the roll, and what nobody may."""

from collections.abc import Callable
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from kernel.db import Database, driver_connection
from tests.identity.roll.desk import Desk
from tests.identity.roll.extracts import JIRO, TARO, moved_out, written

OTHERS = ["kashiman_pay", "kashiman_apply", "kashiman_worker", "kashiman_auditor"]
WRITES: list[LiteralString] = [
    "INSERT INTO identity.roll_imports SELECT * FROM identity.roll_imports",
    "INSERT INTO identity.roll_entries SELECT * FROM identity.roll_entries",
    "INSERT INTO identity.residence_events SELECT * FROM identity.residence_events",
    "UPDATE identity.roll_entries SET moved_out_on = NULL",
    "DELETE FROM identity.roll_entries",
    "SELECT identity.correct_people_of_roll(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
]
KEPT: list[LiteralString] = [
    "UPDATE identity.roll_imports SET added = 0",
    "DELETE FROM identity.roll_imports",
    "UPDATE identity.residence_events SET effective_on = '2020-01-01'",
    "DELETE FROM identity.residence_events",
    "TRUNCATE identity.residence_events",
    "UPDATE identity.roll_entries SET roll_digest = name_birth_digest",
]
MakeDatabase = Callable[[str], Database]


def run(database: Database, statement: LiteralString) -> None:
    database.run(lambda session: driver_connection(session).execute(statement))


@pytest.fixture(autouse=True)
def with_an_import(desk: Desk) -> None:
    desk.take(written(TARO, JIRO))
    desk.take(written(moved_out(TARO, "2026-08-01")))


@pytest.mark.parametrize("role", OTHERS)
def test_only_the_console_writes_to_the_roll(make_database: MakeDatabase, role: str) -> None:
    database = make_database(role)
    for statement in WRITES:
        with pytest.raises(errors.InsufficientPrivilege):
            run(database, statement)


@pytest.mark.parametrize("role", OTHERS)
def test_the_digest_of_a_number_is_read_by_the_console_alone(make_database: MakeDatabase, role: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(make_database(role), "SELECT roll_digest FROM identity.roll_entries")


def test_digests_of_names_are_compared_by_the_residents_door_alone(make_database: MakeDatabase) -> None:
    statement: LiteralString = "SELECT name_birth_digest, address_digest FROM identity.roll_entries"
    run(make_database("kashiman_pay"), statement)
    for role in ("kashiman_apply", "kashiman_worker", "kashiman_auditor"):
        with pytest.raises(errors.InsufficientPrivilege):
            run(make_database(role), statement)


def test_the_auditor_sees_that_imports_happened_and_nobody_of_them(make_database: MakeDatabase) -> None:
    auditor = make_database("kashiman_auditor")
    run(auditor, "SELECT base_date, added FROM identity.roll_imports")
    for statement in ("SELECT person_id FROM identity.roll_entries", "SELECT kind FROM identity.residence_events"):
        with pytest.raises(errors.InsufficientPrivilege):
            run(auditor, statement)


@pytest.mark.parametrize("statement", KEPT)
def test_not_even_a_superuser_rewrites_what_was_imported(database_url: str, statement: LiteralString) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute(statement)


def test_the_console_corrects_nobody_whom_the_import_does_not_name(desk: Desk) -> None:
    before = desk.dump()["people"]
    desk.ask(
        """
        SELECT identity.correct_people_of_roll(
            (SELECT id FROM identity.roll_imports ORDER BY number DESC LIMIT 1),
            array_agg(id), array_agg(household_id), array_agg('x'::text), array_agg('x'::text), array_agg('x'::text),
            array_agg('x'::text), array_agg('2000-01-01'::date), array_agg('x'::text), array_agg('x'::text),
            array_agg('849-1311'::text)
        ) FROM identity.people JOIN identity.roll_entries ON person_id = id WHERE moved_out_on IS NULL
        """
    )
    assert desk.dump()["people"] == before
