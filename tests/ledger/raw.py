"""Plain SQL with the rights of the application, for the tests of what the database itself refuses."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from kernel.db import Database, violated_constraint
from tests.ledger.books import (
    CAMPAIGN,
    NOON,
    WALLET,
    as_application,
)

Connection = psycopg.Connection[Any]


def add_journal(connection: Connection, kind: str, corrects_id: UUID | None = None) -> UUID:
    journal_id = uuid4()
    connection.execute(
        "INSERT INTO ledger.journals (id, kind, event_at, corrects_id) VALUES (%s, %s, %s, %s)",
        [journal_id, kind, NOON, corrects_id],
    )
    return journal_id


def add_transfer(
    connection: Connection,
    journal_id: UUID,
    debit_id: UUID,
    credit_id: UUID,
    amount_yen: int,
    paid_yen: int,
    reverses_line: int | None = None,
    number: int = 1,
) -> None:
    connection.execute(
        """
        INSERT INTO ledger.transfers
            (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen, reverses_line)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [journal_id, number, debit_id, credit_id, amount_yen, paid_yen, reverses_line],
    )


def add_account(connection: Connection, account_id: UUID, kind: str, campaign_id: UUID | None = CAMPAIGN) -> None:
    connection.execute(
        "INSERT INTO ledger.accounts (id, kind, campaign_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [account_id, kind, campaign_id],
    )


def add_lot(
    connection: Connection,
    lot_id: UUID,
    *,
    paid_yen: int = 4_000,
    premium_yen: int = 1_000,
    wallet_id: UUID = WALLET,
    succeeds: UUID | None = None,
    campaign_id: UUID = CAMPAIGN,
) -> None:
    add_account(connection, lot_id, "lot")
    connection.execute(
        """
        INSERT INTO ledger.lots (account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at,
            first_day, last_day, issued_at, succeeds_lot_id)
        VALUES (%s, %s, %s, %s, %s, 'all_shops', '2026-08-01', '2026-09-30', %s, %s)
        """,
        [lot_id, wallet_id, campaign_id, paid_yen, premium_yen, NOON, succeeds],
    )


def refused_by(database: Database, work: Callable[[Connection], object]) -> str | None:
    """The name of the constraint that stops a piece of plain SQL of the application."""
    with pytest.raises(errors.IntegrityError) as stopped, as_application(database) as connection:
        work(connection)
    return violated_constraint(stopped.value)


def transfer_refused_by(
    database: Database,
    kind: str,
    debit_id: UUID,
    credit_id: UUID,
    amount_yen: int,
    paid_yen: int,
    reverses_line: int | None = None,
    corrects_id: UUID | None = None,
) -> str | None:
    def work(connection: Connection) -> None:
        journal_id = add_journal(connection, kind, corrects_id)
        add_transfer(connection, journal_id, debit_id, credit_id, amount_yen, paid_yen, reverses_line)

    return refused_by(database, work)
