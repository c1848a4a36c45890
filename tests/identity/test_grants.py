"""What each role may do to people and codes, and what nobody may."""

from collections.abc import Callable
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from identity.model import Holder, HolderKind, ImportedResident
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from tests.identity.people import PEPPER

RESIDENT_ROLES = ["kashiman_pay", "kashiman_apply"]
APP_ROLES = [*RESIDENT_ROLES, "kashiman_staff", "kashiman_worker"]
CHANGES: list[LiteralString] = [
    "UPDATE identity.people SET family_name = '佐賀'",
    "UPDATE identity.people SET wallet_id = gen_random_uuid()",
    "UPDATE identity.staff SET roles = '{admin}'",
    "UPDATE identity.shop_users SET role = 'owner'",
    "UPDATE identity.sign_in_codes SET secret_digest = decode(repeat('00', 32), 'hex')",
    "DELETE FROM identity.people",
    "DELETE FROM identity.households",
    "DELETE FROM identity.staff",
    "DELETE FROM identity.shop_users",
    "DELETE FROM identity.sign_in_codes",
    "TRUNCATE identity.sign_in_codes",
]
ADDITIONS: list[LiteralString] = [
    "INSERT INTO identity.households VALUES (gen_random_uuid())",
    "INSERT INTO identity.staff VALUES (gen_random_uuid(), 'x', '{admin}')",
    "INSERT INTO identity.shop_users VALUES (gen_random_uuid(), gen_random_uuid(), NULL, 'x', 'owner', NULL)",
    "INSERT INTO identity.sign_in_codes (selector, secret_digest, holder_kind, holder_id, issued_at)"
    " VALUES ('0000', decode(repeat('00', 32), 'hex'), 'staff', gen_random_uuid(), now())",
    "UPDATE identity.sign_in_codes SET revoked_at = now()",
]
KEPT: list[LiteralString] = [
    "UPDATE identity.people SET wallet_id = gen_random_uuid()",
    "DELETE FROM identity.people",
    "TRUNCATE identity.people CASCADE",
    "UPDATE identity.sign_in_codes SET holder_id = gen_random_uuid()",
    "DELETE FROM identity.sign_in_codes",
    "TRUNCATE identity.sign_in_codes",
]
MakeDatabase = Callable[[str], Database]


def run(database: Database, statement: LiteralString) -> None:
    database.run(lambda session: driver_connection(session).execute(statement))


@pytest.fixture(autouse=True)
def with_a_code(staff_database: Database, residents: list[ImportedResident], clock: SetClock) -> None:
    holder = Holder(HolderKind.RESIDENT, residents[0].person_id)
    staff_database.run(lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=clock.now()))


def test_no_role_changes_or_deletes_people_or_secrets(make_database: MakeDatabase) -> None:
    for role in [*APP_ROLES, "kashiman_auditor"]:
        database = make_database(role)
        for statement in CHANGES:
            with pytest.raises(errors.InsufficientPrivilege):
                run(database, statement)


def test_roles_that_serve_residents_add_nobody_and_issue_nothing(make_database: MakeDatabase) -> None:
    for role in RESIDENT_ROLES:
        database = make_database(role)
        for statement in ADDITIONS:
            with pytest.raises(errors.InsufficientPrivilege):
                run(database, statement)


def test_the_auditor_of_the_books_sees_staff_but_no_resident_and_no_code(make_database: MakeDatabase) -> None:
    auditor = make_database("kashiman_auditor")
    run(auditor, "SELECT id, roles FROM identity.staff")
    for statement in (
        "SELECT id FROM identity.people",
        "SELECT id FROM identity.households",
        "SELECT id FROM identity.shop_users",
        "SELECT selector FROM identity.sign_in_codes",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            run(auditor, statement)


@pytest.mark.parametrize("statement", KEPT)
def test_not_even_a_superuser_moves_a_wallet_or_a_code(database_url: str, statement: LiteralString) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute(statement)


def test_no_constraint_ties_the_books_to_a_person(database_url: str) -> None:
    across = """
        SELECT count(*) FROM pg_constraint
        WHERE contype = 'f' AND 'identity'::regnamespace IN (
            (SELECT relnamespace FROM pg_class WHERE oid = conrelid),
            (SELECT relnamespace FROM pg_class WHERE oid = confrelid))
        AND (SELECT relnamespace FROM pg_class WHERE oid = conrelid)
            <> (SELECT relnamespace FROM pg_class WHERE oid = confrelid)
    """
    with psycopg.connect(database_url) as connection:
        assert connection.execute(across).fetchone() == (0,)
