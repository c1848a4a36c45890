"""The SQL of bank accounts: every account that a merchant named, and what happened to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.arrays import ids_literal
from kernel.db import driver_connection
from merchants.model import (
    AccountChange,
    AccountEvent,
    AccountInForce,
    AccountMover,
    AccountPlace,
    AccountState,
    AccountStep,
    BankAccount,
    BankAccountKind,
    MaskedAccount,
)

COPY_ACCOUNTS = """
COPY merchants.bank_accounts (id, merchant_id, number, bank_code, branch_code, account_kind, account_number,
    holder_kana, bank_name, branch_name) FROM STDIN
"""
COPY_EVENTS = """
COPY merchants.bank_account_events (account_id, step, from_state, to_state, at, by_kind, by, reason, valid_from)
FROM STDIN
"""
IN_FORCE = """
SELECT DISTINCT ON (merchant_id) merchant_id, id, bank_code, branch_code, account_kind, account_number, holder_kana,
       bank_name, branch_name
FROM merchants.bank_accounts
WHERE merchant_id = ANY (%s::uuid[]) AND state = 'accepted' AND valid_from <= %s
ORDER BY merchant_id, valid_from DESC, number DESC
"""
FIND_MASKED = """
SELECT id, merchant_id, number, bank_code, branch_code, bank_name, branch_name, account_kind, number_ending,
       holder_kana, state, valid_from
FROM merchants.masked_bank_accounts WHERE merchant_id = %s ORDER BY number
"""
FIND_EVENTS = """
SELECT account_id, step, from_state, to_state, at, by_kind, by, reason, valid_from
FROM merchants.bank_account_events WHERE account_id = ANY (%s::uuid[]) ORDER BY at, step = 'registered' DESC, step
"""
FIND_CHANGES = """
SELECT a.id, a.number, a.state, a.valid_from, m.id, m.code, m.legal_name,
       a.bank_code, a.branch_code, a.account_kind, a.account_number, a.holder_kana, a.bank_name, a.branch_name
FROM merchants.bank_accounts AS a JOIN merchants.merchants AS m ON m.id = a.merchant_id
WHERE a.number > 1 AND (%(account)s::uuid IS NULL OR a.id = %(account)s)
  AND (%(account)s::uuid IS NOT NULL OR a.state = 'proposed' OR (a.state = 'accepted' AND a.valid_from > %(now)s))
ORDER BY a.id
"""


def insert_accounts(session: Session, accounts: Sequence[tuple[UUID, UUID, int, BankAccount]]) -> None:
    """Add accounts, each as its id, merchant, number and content; what they stand for is told by events."""
    with driver_connection(session).cursor() as cursor, cursor.copy(COPY_ACCOUNTS) as copy:
        for account_id, merchant_id, number, account in accounts:
            copy.write_row((account_id, merchant_id, number, *_columns(account)))


def insert_events(session: Session, events: Sequence[AccountEvent]) -> None:
    """Add to the history of accounts, which moves their states."""
    with driver_connection(session).cursor() as cursor, cursor.copy(COPY_EVENTS) as copy:
        for event in events:
            copy.write_row(tuple(getattr(value, "value", value) for value in event))


def lock_places(session: Session, merchant_id: UUID) -> list[AccountPlace]:
    """Hold a merchant and say where its accounts stand, in the order of their numbers; none for no merchant."""
    rows = driver_connection(session).execute(
        "SELECT id, number, state, valid_from FROM merchants.lock_bank_accounts(%s)", [merchant_id]
    )
    return [_place(row) for row in rows]


def find_in_force(session: Session, merchant_ids: Iterable[UUID], at: datetime) -> dict[UUID, AccountInForce]:
    """Read the accounts that merchants are paid to at an instant."""
    rows = driver_connection(session).execute(IN_FORCE, [ids_literal(merchant_ids), at], binary=True)
    return {row[0]: AccountInForce(account_id=row[1], account=_account(row[2:])) for row in rows}


def find_masked(session: Session, merchant_id: UUID) -> list[MaskedAccount]:
    """Read every account of a merchant without all of its digits, the first first."""
    rows = driver_connection(session).execute(FIND_MASKED, [merchant_id])
    return [
        MaskedAccount(
            account_id=row[0],
            merchant_id=row[1],
            number=row[2],
            bank_code=row[3],
            branch_code=row[4],
            bank_name=row[5],
            branch_name=row[6],
            account_kind=BankAccountKind(row[7]),
            number_ending=row[8],
            holder_kana=row[9],
            state=AccountState(row[10]),
            valid_from=row[11],
        )
        for row in rows
    ]


def find_events(session: Session, account_ids: Iterable[UUID]) -> list[AccountEvent]:
    """Read the history of accounts, oldest first."""
    rows = driver_connection(session).execute(FIND_EVENTS, [ids_literal(account_ids)])
    return [
        AccountEvent(
            account_id,
            AccountStep(step),
            AccountState(from_state),
            AccountState(to_state),
            at,
            AccountMover(by_kind),
            *others,
        )
        for account_id, step, from_state, to_state, at, by_kind, *others in rows
    ]


def find_changes(session: Session, now: datetime, account_id: UUID | None = None) -> list[AccountChange]:
    """Read the changes that are open, or one whatever became of it, each beside what is in force."""
    rows = driver_connection(session).execute(FIND_CHANGES, {"account": account_id, "now": now}).fetchall()
    in_force = find_in_force(session, {row[4] for row in rows}, now)
    events = find_events(session, [row[0] for row in rows])
    return [
        AccountChange(
            place=_place(row),
            merchant_id=row[4],
            merchant_code=row[5],
            legal_name=row[6],
            now_paid_to=in_force[row[4]].account,
            asked_for=_account(row[7:]),
            events=tuple(event for event in events if event.account_id == row[0]),
        )
        for row in rows
    ]


def _place(row: Sequence[Any]) -> AccountPlace:
    return AccountPlace(row[0], row[1], AccountState(row[2]), row[3])


def _columns(account: BankAccount) -> tuple[str, ...]:
    return (
        *(account.bank_code, account.branch_code, account.account_kind.value, account.account_number),
        *(account.holder_kana, account.bank_name, account.branch_name),
    )


def _account(columns: Sequence[str]) -> BankAccount:
    bank_code, branch_code, kind, account_number, holder_kana, bank_name, branch_name = columns
    return BankAccount(
        bank_code=bank_code,
        branch_code=branch_code,
        account_kind=BankAccountKind(kind),
        account_number=account_number,
        holder_kana=holder_kana,
        bank_name=bank_name,
        branch_name=branch_name,
    )
