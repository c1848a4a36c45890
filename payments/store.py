"""Every SQL statement of paying."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.arrays import ids_literal, plain_literal
from kernel.db import driver_connection
from payments.model import IssuedCode

INSERT_PAYMENTS = """
INSERT INTO payments.payments (id, wallet_id, merchant_id, store_id, channel, amount_yen, paid_at, charged_by)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::timestamptz[],
    %s::uuid[])
"""
BURN_CODES = """
INSERT INTO payments.burnt_codes (digest, burnt_at) SELECT * FROM unnest(%s::bytea[], %s::timestamptz[])
"""
FIND_CODES = """
SELECT c.digest, c.wallet_id, c.issued_at,
       NOT EXISTS (SELECT FROM payments.consumer_codes AS n
                   WHERE n.wallet_id = c.wallet_id AND n.issued_at > c.issued_at),
       EXISTS (SELECT FROM payments.burnt_codes AS b WHERE b.digest = c.digest)
FROM payments.consumer_codes AS c WHERE c.digest = ANY (%s::bytea[])
"""
INSERT_CODE = "INSERT INTO payments.consumer_codes (digest, wallet_id, issued_at) VALUES (%s, %s, %s)"
FIND_PAYMENTS = """
SELECT id, wallet_id, merchant_id, store_id, channel, amount_yen, paid_at, charged_by
FROM payments.payments WHERE id = ANY (%s)
"""
INSERT_REVERSALS = """
INSERT INTO payments.reversals (id, payment_id, kind, amount_yen, reversed_at, reversed_by)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::timestamptz[], %s::uuid[])
"""
WALLET_HISTORY = """
SELECT 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at FROM payments.payments AS p
WHERE p.wallet_id = %(wallet)s AND p.paid_at < %(before)s
UNION ALL
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id
WHERE p.wallet_id = %(wallet)s AND r.reversed_at < %(before)s
ORDER BY 6 DESC, 2 DESC LIMIT %(limit)s
"""
STORE_TAKINGS = """
SELECT 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at FROM payments.payments AS p
WHERE p.store_id = ANY (%(stores)s) AND p.paid_at >= %(since)s AND p.paid_at < %(before)s
UNION ALL
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id
WHERE p.store_id = ANY (%(stores)s) AND r.reversed_at >= %(since)s AND r.reversed_at < %(before)s
ORDER BY 6 DESC, 2 DESC
"""


class PaymentRow(NamedTuple):
    """A payment as it is stored; its id is the id of its journal."""

    id: UUID
    wallet_id: UUID
    merchant_id: UUID
    store_id: UUID
    channel: str
    amount_yen: int
    paid_at: datetime
    charged_by: UUID | None


class ReversalRow(NamedTuple):
    """A void or refund as it is stored; its id is the id of its journal."""

    id: UUID
    payment_id: UUID
    kind: str
    amount_yen: int
    reversed_at: datetime
    reversed_by: UUID


def insert_payments(session: Session, rows: Sequence[PaymentRow]) -> None:
    """Write payments whose journals are in the books."""
    ids, wallets, merchants, stores, channels, amounts, times, clerks = zip(*rows, strict=True)
    columns = [
        *map(ids_literal, (ids, wallets, merchants, stores)),
        plain_literal(channels),
        plain_literal(amounts),
        plain_literal([paid_at.isoformat() for paid_at in times]),
        ids_literal(clerks),
    ]
    driver_connection(session).execute(INSERT_PAYMENTS, columns)


def burn_codes(session: Session, burnt_at: Mapping[bytes, datetime]) -> None:
    """Use codes up, in sorted order. Raises UniqueViolation when another transaction used one at the same moment."""
    digests, times = zip(*sorted(burnt_at.items()), strict=True)
    driver_connection(session).execute(BURN_CODES, [list(digests), list(times)])


def find_codes(session: Session, digests: Sequence[bytes]) -> dict[bytes, IssuedCode]:
    """What is known of residents' codes, by digest."""
    rows = driver_connection(session).execute(FIND_CODES, [list(digests)], binary=True)
    return {row[0]: IssuedCode(*row[1:]) for row in rows}


def insert_code(session: Session, digest: bytes, wallet_id: UUID, issued_at: datetime) -> None:
    """Remember a code that a resident is being shown."""
    driver_connection(session).execute(INSERT_CODE, [digest, wallet_id, issued_at])


def find_payments(session: Session, payment_ids: Sequence[UUID]) -> dict[UUID, PaymentRow]:
    """Payments by id."""
    rows = driver_connection(session).execute(FIND_PAYMENTS, [list(payment_ids)], binary=True)
    return {row[0]: PaymentRow(*row) for row in rows}


def insert_reversals(session: Session, rows: Sequence[ReversalRow]) -> None:
    """Write voids and refunds whose journals are in the books."""
    driver_connection(session).execute(INSERT_REVERSALS, [list(column) for column in zip(*rows, strict=True)])


def wallet_history(session: Session, wallet_id: UUID, before: datetime, limit: int) -> list[tuple[Any, ...]]:
    """What a wallet paid and got back, newest first."""
    facts = {"wallet": wallet_id, "before": before, "limit": limit}
    return driver_connection(session).execute(WALLET_HISTORY, facts).fetchall()


def store_takings(
    session: Session, store_ids: Sequence[UUID], since: datetime, before: datetime
) -> list[tuple[Any, ...]]:
    """What stores took and gave back in a span of time, newest first."""
    facts = {"stores": list(store_ids), "since": since, "before": before}
    return driver_connection(session).execute(STORE_TAKINGS, facts).fetchall()
