"""What each role may do to readings and events, and what nobody may."""

from collections.abc import Callable
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from identity.access.operations.record_events import record_events
from identity.access.operations.seal_events import seal_events
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from tests.identity.access.desk import read, signed_in

MakeDatabase = Callable[[str], Database]
ROLES = ["kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor"]
CHANGES: list[LiteralString] = [
    "UPDATE identity.readings SET reason_text = 'x'",
    "DELETE FROM identity.readings",
    "TRUNCATE identity.readings",
    "UPDATE identity.audit_events SET outcome = 'succeeded'",
    "DELETE FROM identity.audit_events",
    "TRUNCATE identity.audit_events CASCADE",
    "UPDATE identity.audit_seals SET hash = previous_hash",
    "DELETE FROM identity.audit_seals",
    "TRUNCATE identity.audit_seals",
]
RECORD = (
    "INSERT INTO identity.readings SELECT gen_random_uuid(), person_id, staff_id, at, desk, screen, reason_code,"
    " reason_text, what FROM identity.readings"
)
EVENT = (
    "INSERT INTO identity.audit_events (at, kind, outcome, actor_kind, facts)"
    " VALUES (now(), 'sign_in.line', 'failed', 'nobody', '{}')"
)
MAY: dict[LiteralString, set[str]] = {
    RECORD: set(),
    EVENT: {"kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker"},
    "SELECT count(*) FROM identity.readings": {"kashiman_pay", "kashiman_staff"},
    "SELECT count(*) FROM identity.audit_events": set(ROLES) - {"kashiman_apply"},
    "SELECT count(*) FROM identity.audit_seals": {"kashiman_staff", "kashiman_worker", "kashiman_auditor"},
    "DELETE FROM identity.audit_unsealed": {"kashiman_worker"},
    "INSERT INTO identity.audit_unsealed VALUES (1)": set(),
    "SELECT identity.erase_person(gen_random_uuid(), now())": {"kashiman_staff"},
    "SELECT identity.purge_readings(now())": {"kashiman_worker"},
    "SELECT identity.read_on_record(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)": {"kashiman_staff"},
    "SELECT identity.people_of_kana(NULL, NULL, NULL, 1)": {"kashiman_staff"},
    "SELECT identity.registered_as(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)": {"kashiman_staff"},
    "SELECT identity.residents_on(NULL, NULL)": {"kashiman_pay", "kashiman_staff", "kashiman_worker"},
    "UPDATE identity.people SET erased_at = now()": set(),
}


@pytest.fixture(autouse=True)
def with_history(staff_database: Database, worker_database: Database, taro: UUID, clerk: UUID, clock: SetClock) -> None:
    """A reading, a sealed event and one that waits."""
    read(staff_database, taro, clerk, clock.now())
    staff_database.run(lambda session: record_events(session, [signed_in(clock.now(), taro)]))
    worker_database.run(lambda session: seal_events(session, now=clock.now()))
    staff_database.run(lambda session: record_events(session, [signed_in(clock.now(), taro)]))


def test_asvs_16_4_2_no_role_changes_or_deletes_history(make_database: MakeDatabase) -> None:
    for role in ROLES:
        database = make_database(role)
        for statement in CHANGES:
            with pytest.raises(errors.InsufficientPrivilege), database.transaction() as session:
                driver_connection(session).execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_asvs_16_4_2_not_even_a_superuser_changes_or_deletes_history(
    database_url: str, statement: LiteralString
) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute(statement)


def test_asvs_16_4_2_each_role_may_do_what_its_processes_need(make_database: MakeDatabase) -> None:
    for role in ROLES:
        database = make_database(role)
        for statement, roles in MAY.items():
            assert _is_allowed(database, statement) == (role in roles), f"{role}: {statement}"


def _is_allowed(database: Database, statement: LiteralString) -> bool:
    """Whether a role may do this; it is undone at once."""
    try:
        with database.transaction() as session:
            driver_connection(session).execute(statement)
            session.rollback()
    except errors.InsufficientPrivilege:
        return False
    return True
