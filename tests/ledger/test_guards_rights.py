"""Who may change what: history is only added to, and each role has no more rights than it needs."""

from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from kernel.db import Database
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    as_application,
    hold,
    pay,
    post,
    posted,
    rows,
    sell,
)

LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)
HISTORY = ["accounts", "journals", "transfers", "decisions", "period_closes", "legal_moves", "account_kinds"]


@pytest.mark.parametrize("table", HISTORY)
def test_asvs_13_2_2_the_application_cannot_change_history(table: str, make_database: MakeDatabase) -> None:
    for role in ("kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor"):
        database = make_database(role)
        for statement in ("UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"):
            column = rows(
                database,
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
                [f"ledger.{table}"],
            )[0][0]
            with (
                pytest.raises(errors.InsufficientPrivilege),
                psycopg.connect(database.url, options=f"-c role={role}") as connection,
            ):
                connection.execute(statement.format(f"ledger.{table}", column, column))


@pytest.mark.parametrize("table", [*HISTORY, "lots", "holds"])
def test_history_is_only_added_to_even_by_a_superuser(table: str, database: Database) -> None:
    post(database, sell(), pay(1), hold(HOLD, 1))
    changes = ["DELETE FROM {}", "TRUNCATE {} CASCADE"]
    if table in HISTORY:
        column = rows(
            database,
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
            [f"ledger.{table}"],
        )[0][0]
        changes.append(f"UPDATE {{}} SET {column} = {column}")
    for change in changes:
        with pytest.raises(errors.InsufficientPrivilege), psycopg.connect(database.url) as connection:
            connection.execute(change.format(f"ledger.{table}"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("lots", column) for column in ("wallet_id", "issued_paid_yen", "usable_at", "first_day", "last_day")),
        *(("lots", column) for column in ("grace_days", "issued_at", "succeeds_lot_id", "campaign_id", "account_id")),
        *(("holds", column) for column in ("wallet_id", "amount_yen", "deadline_at", "placed_journal_id")),
    ],
)
def test_terms_never_change_even_by_a_superuser(table: str, column: str, database: Database) -> None:
    post(database, sell(), hold(HOLD, 1))
    with pytest.raises(errors.InsufficientPrivilege), psycopg.connect(database.url) as connection:
        connection.execute(f"UPDATE ledger.{table} SET {column} = {column}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger.lots SET paid_left_yen = 5000",
        "UPDATE ledger.holds SET paid_left_yen = 5000",
        "UPDATE ledger.account_totals SET debit_yen = 0",
        "UPDATE ledger.totals_cursor SET before_transaction_id = '0'",
        "INSERT INTO ledger.lots (account_id, paid_left_yen) VALUES (gen_random_uuid(), 1)",
        "INSERT INTO ledger.holds (account_id, premium_left_yen) VALUES (gen_random_uuid(), 1)",
        "INSERT INTO ledger.journals (id, kind, event_at, recorded_at) VALUES (gen_random_uuid(), 'x', now(), now())",
        "INSERT INTO ledger.journals (id, kind, event_at, transaction_id) VALUES (gen_random_uuid(), 'x', now(), '1')",
        "INSERT INTO ledger.legal_moves VALUES ('payment', 'bank', 'lot', 'mixed')",
        "INSERT INTO ledger.account_kinds VALUES ('purse', 'asset')",
        "INSERT INTO ledger.period_closes (closed_through, closed_by) VALUES ('2030-01-01', 'me')",
        "SELECT * FROM ledger.lots FOR UPDATE",
        "ALTER TABLE ledger.transfers DISABLE TRIGGER ALL",
        "DROP TABLE ledger.decisions",
        "CREATE TABLE ledger.mine (id int)",
        "SET session_replication_role = replica",
    ],
)
def test_asvs_13_2_2_the_paying_process_has_no_more_rights_than_it_needs(statement: str, database: Database) -> None:
    posted(database, sell())
    with pytest.raises(errors.InsufficientPrivilege), as_application(database) as connection:
        connection.execute(statement)


def test_asvs_13_2_2_the_auditor_only_reads(database: Database) -> None:
    granted = rows(
        database,
        """
        SELECT privilege_type, count(*) FROM information_schema.role_table_grants
        WHERE grantee = 'kashiman_auditor' AND table_schema = 'ledger' GROUP BY 1
        """,
    )
    assert [privilege for privilege, _ in granted] == ["SELECT"]
