"""What each role may do to payments, and what nobody may."""

import psycopg
import pytest
from psycopg import errors

from kernel.db import violated_constraint
from tests.payments.shop_world import ShopWorld, refunding

ROLES = ["kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor"]
TABLES = ["payments", "reversals", "consumer_codes", "burnt_codes"]
WRITERS = {"kashiman_pay", "kashiman_staff", "kashiman_worker"}
ADDITIONS = {
    "payments": "INSERT INTO payments.payments"
    " SELECT gen_random_uuid(), wallet_id, merchant_id, store_id, channel, 1, paid_at, charged_by"
    " FROM payments.payments",
    "reversals": "INSERT INTO payments.reversals"
    " SELECT gen_random_uuid(), payment_id, kind, 1, reversed_at, reversed_by FROM payments.reversals",
    "consumer_codes": "INSERT INTO payments.consumer_codes VALUES ('\\x01', gen_random_uuid(), now())",
    "burnt_codes": "INSERT INTO payments.burnt_codes VALUES ('\\x01', now())",
}


@pytest.fixture
def filled(world: ShopWorld) -> ShopWorld:
    """One row or more in every table."""
    world.reversed(refunding(world.paid(world.paying()).payment_id, 1))
    world.paid(world.charging())
    return world


def attempt(world: ShopWorld, role: str, statement: str) -> int:
    """Run a statement as a role, roll it back, and answer how many rows it touched or read."""
    with psycopg.connect(world.pay.url, options=f"-c role={role}") as connection:
        touched = connection.execute(statement.encode()).rowcount
        connection.rollback()
    return touched


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ROLES)
def test_only_processes_that_move_money_add_to_payments(filled: ShopWorld, role: str, table: str) -> None:
    if role in WRITERS:
        assert attempt(filled, role, ADDITIONS[table]) >= 1
    else:
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            attempt(filled, role, ADDITIONS[table])


def test_every_role_has_exactly_its_rights(filled: ShopWorld) -> None:
    granted = filled.rows(
        "SELECT grantee, privilege_type, count(*) FROM information_schema.role_table_grants"
        " WHERE table_schema = 'payments' AND grantee <> 'kashiman_owner' AND grantee <> 'postgres'"
        " AND left(table_name, 4) <> 'card' GROUP BY 1, 2"
    )
    reading = {("kashiman_app", "SELECT", 6), ("kashiman_auditor", "SELECT", 6)}
    assert set(granted) == reading | {(writer, "INSERT", 6) for writer in WRITERS}


@pytest.mark.parametrize(
    "change", ["UPDATE payments.{} SET {} = {}", "DELETE FROM payments.{}", "TRUNCATE payments.{}"]
)
@pytest.mark.parametrize("table", TABLES)
def test_history_is_only_added_to_even_by_a_superuser(filled: ShopWorld, table: str, change: str) -> None:
    (column,) = filled.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", [f"payments.{table}"]
    )[0]
    statement = change.format(table, column, column) + (" CASCADE" if change.startswith("TRUNCATE") else "")
    before = filled.money()

    with pytest.raises(errors.InsufficientPrivilege, match="history is only added to"):
        filled.rows(statement)
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        attempt(filled, "kashiman_pay", statement)

    assert filled.money() == before


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (ADDITIONS["payments"].replace(", 1,", ", 0,"), "payments_amount_is_positive"),
        (ADDITIONS["payments"].replace(" channel,", " 'cash',"), "payments_channel_is_known"),
        (ADDITIONS["reversals"].replace(", 1,", ", 0,"), "reversals_amount_is_positive"),
        (ADDITIONS["reversals"].replace(" kind,", " 'gift',"), "reversals_kind_is_known"),
        (ADDITIONS["reversals"].replace(" payment_id,", " gen_random_uuid(),"), "reversals_payment_exists"),
        ("INSERT INTO payments.burnt_codes SELECT digest, now() FROM payments.burnt_codes", "burnt_codes_pkey"),
        ("INSERT INTO payments.payments SELECT * FROM payments.payments", "payments_pkey"),
    ],
)
def test_the_database_itself_refuses_what_no_payment_can_be(filled: ShopWorld, statement: str, constraint: str) -> None:
    with pytest.raises(errors.IntegrityError) as refused:
        filled.rows(statement)
    assert violated_constraint(refused.value) == constraint
