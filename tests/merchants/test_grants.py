"""What each role may do to shops, and what nobody may."""

from collections.abc import Callable
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from kernel.clock import SetClock
from kernel.db import Database, driver_connection, violated_constraint
from merchants.model import RegisteredMerchant
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.print_posters import print_posters
from tests.merchants.shops import BAKERY, CORNER

ROLES = ["kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor"]
CHANGES: list[LiteralString] = [
    "UPDATE merchants.merchants SET legal_name = 'x'",
    "UPDATE merchants.merchants SET status = 'approved'",
    "UPDATE merchants.bank_accounts SET account_number = '0000000'",
    "UPDATE merchants.stores SET display_name = 'x'",
    "UPDATE merchants.posters SET store_id = gen_random_uuid()",
    "UPDATE merchants.own_wallets SET wallet_id = gen_random_uuid()",
    "UPDATE merchants.status_changes SET reason = 'x'",
    "DELETE FROM merchants.merchants",
    "DELETE FROM merchants.stores",
    "DELETE FROM merchants.posters",
    "DELETE FROM merchants.own_wallets",
    "DELETE FROM merchants.status_changes",
    "TRUNCATE merchants.status_changes",
]
ADDITIONS: list[LiteralString] = [
    "SELECT nextval('merchants.merchant_numbers')",
    "SELECT * FROM merchants.lock_merchants('{}')",
    "INSERT INTO merchants.stores SELECT gen_random_uuid(), id, 'S9', 'x', 'x', 'x', '849-1311'"
    " FROM merchants.merchants",
    "INSERT INTO merchants.posters (serial, store_id, key_id, printed_at) SELECT 'x', id, 'x', now()"
    " FROM merchants.stores",
    "INSERT INTO merchants.own_wallets SELECT id, gen_random_uuid(), now() FROM merchants.merchants",
    "INSERT INTO merchants.status_changes SELECT gen_random_uuid(), id, now(), id, 'applied', 'approved', ''"
    " FROM merchants.merchants",
    "UPDATE merchants.posters SET revoked_at = now()",
]
KEPT: list[LiteralString] = [
    *(change for change in CHANGES if change.startswith(("DELETE", "TRUNCATE"))),
    "UPDATE merchants.status_changes SET reason = 'x'",
    "UPDATE merchants.own_wallets SET declared_at = now()",
    "UPDATE merchants.posters SET store_id = gen_random_uuid()",
]
BANK: LiteralString = "SELECT account_number FROM merchants.bank_accounts"
MakeDatabase = Callable[[str], Database]


def run(database: Database, statement: LiteralString) -> None:
    database.run(lambda session: driver_connection(session).execute(statement))


@pytest.fixture(autouse=True)
def with_rows_everywhere(
    staff_database: Database, approved: list[RegisteredMerchant], clerk: UUID, clock: SetClock
) -> None:
    staff_database.run(lambda session: print_posters(session, [CORNER.store_id], key_id="key-1", now=clock.now()))
    staff_database.run(lambda session: declare_own_wallets(session, BAKERY.merchant_id, [clerk], now=clock.now()))


def test_no_role_rewrites_shops_or_their_history(make_database: MakeDatabase) -> None:
    for role in ROLES:
        database = make_database(role)
        for statement in CHANGES:
            with pytest.raises(errors.InsufficientPrivilege):
                run(database, statement)


def test_only_staff_add_to_shops(make_database: MakeDatabase) -> None:
    for role in ROLES:
        if role != "kashiman_staff":
            database = make_database(role)
            for statement in ADDITIONS:
                with pytest.raises(errors.InsufficientPrivilege):
                    run(database, statement)


def test_roles_that_serve_residents_do_not_see_bank_accounts(make_database: MakeDatabase) -> None:
    for role in ("kashiman_pay", "kashiman_apply"):
        with pytest.raises(errors.InsufficientPrivilege):
            run(make_database(role), BANK)
    for role in ("kashiman_staff", "kashiman_worker", "kashiman_auditor"):
        run(make_database(role), BANK)


@pytest.mark.parametrize("statement", KEPT)
def test_not_even_a_superuser_rewrites_history(database_url: str, statement: LiteralString) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("from_status", "to_status", "constraint"),
    [
        ("applied", "approved", "status_changes_follow_each_other"),
        ("suspended", "approved", "status_changes_follow_each_other"),
        ("approved", "applied", "status_changes_are_legal"),
        ("approved", "approved", "status_changes_are_legal"),
    ],
)
def test_the_database_holds_every_status_to_its_history(
    database_url: str, clerk: UUID, from_status: str, to_status: str, constraint: str
) -> None:
    statement = """
        INSERT INTO merchants.status_changes VALUES (gen_random_uuid(), %s, now(), %s, %s, %s, '')
    """
    with psycopg.connect(database_url) as connection, pytest.raises(errors.CheckViolation) as refused:
        connection.execute(statement, [BAKERY.merchant_id, clerk, from_status, to_status])
    assert violated_constraint(refused.value) == constraint


def test_no_foreign_key_leaves_the_schema(database_url: str) -> None:
    across = """
        SELECT count(*) FROM pg_constraint AS c
        JOIN pg_class AS a ON a.oid = c.conrelid JOIN pg_class AS b ON b.oid = c.confrelid
        WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace AND a.relnamespace = 'merchants'::regnamespace
    """
    with psycopg.connect(database_url) as connection:
        assert connection.execute(across).fetchone() == (0,)
