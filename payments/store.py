"""Every SQL statement of paying."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.arrays import ids_literal, plain_literal
from kernel.db import driver_connection
from payments.model import DynamicCode, IssuedCode

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
       (SELECT min(n.issued_at) FROM payments.consumer_codes AS n
        WHERE n.wallet_id = c.wallet_id AND n.issued_at > c.issued_at),
       EXISTS (SELECT FROM payments.burnt_codes AS b WHERE b.digest = c.digest)
FROM payments.consumer_codes AS c WHERE c.digest = ANY (%s::bytea[])
"""
CODE_USED_AT = """
SELECT max(b.burnt_at) FROM payments.consumer_codes AS c JOIN payments.burnt_codes AS b ON b.digest = c.digest
WHERE c.wallet_id = %s AND c.issued_at >= %s
"""
INSERT_CODE = "INSERT INTO payments.consumer_codes (digest, wallet_id, issued_at) VALUES (%s, %s, %s)"
INSERT_DYNAMIC_CODE = """
INSERT INTO payments.dynamic_codes (reference, store_id, amount_yen, issued_at, expires_at, issued_by)
VALUES (%s, %s, %s, %s, %s, %s)
"""
FIND_DYNAMIC_CODES = """
SELECT d.reference, d.store_id, d.amount_yen, d.issued_at, d.expires_at, p.payment_id
FROM payments.dynamic_codes AS d LEFT JOIN payments.paid_codes AS p ON p.reference = d.reference
WHERE d.reference = ANY (%s::text[])
"""
PAY_CODES = """
INSERT INTO payments.paid_codes (reference, payment_id) SELECT * FROM unnest(%s::text[], %s::uuid[])
"""
MOVEMENTS_SINCE = """
WITH fresh AS (
    SELECT DISTINCT journal_id, transaction_id FROM ledger.transfers WHERE transaction_id >= %(since)s::xid8
)
SELECT fresh.transaction_id::text::bigint, 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at
FROM fresh JOIN payments.payments AS p ON p.id = fresh.journal_id
WHERE %(stores)s::uuid[] IS NULL OR p.store_id = ANY (%(stores)s)
UNION ALL
SELECT fresh.transaction_id::text::bigint, r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM fresh JOIN payments.reversals AS r ON r.id = fresh.journal_id JOIN payments.payments AS p ON p.id = r.payment_id
WHERE %(stores)s::uuid[] IS NULL OR p.store_id = ANY (%(stores)s)
ORDER BY 7, 3
"""
SETTLED_BEFORE = """
SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() AS s
"""
FIND_PAYMENTS = """
SELECT id, wallet_id, merchant_id, store_id, channel, amount_yen, paid_at, charged_by
FROM payments.payments WHERE id = ANY (%s)
"""
USUAL_PAYMENT = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY amount_yen), count(*)
FROM (SELECT amount_yen FROM payments.payments WHERE store_id = %s ORDER BY paid_at DESC LIMIT %s) AS newest
"""
INSERT_REVERSALS = """
INSERT INTO payments.reversals (id, payment_id, kind, amount_yen, reversed_at, reversed_by, reason)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::timestamptz[], %s::uuid[], %s::text[])
"""
FIND_REASONS = "SELECT id, reason FROM payments.reversals WHERE id = ANY (%s) AND reason IS NOT NULL"
WALLET_HISTORY = """
SELECT 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at FROM payments.payments AS p
WHERE p.wallet_id = %(wallet)s AND p.paid_at >= %(since)s AND (p.paid_at, p.id) < (%(before)s, %(before_id)s)
UNION ALL
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id
WHERE p.wallet_id = %(wallet)s AND r.reversed_at >= %(since)s AND (r.reversed_at, r.id) < (%(before)s, %(before_id)s)
ORDER BY 6 DESC, 2 DESC LIMIT %(limit)s
"""
WALLET_ENTRIES = """
SELECT 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at FROM payments.payments AS p
WHERE p.wallet_id = %(wallet)s AND p.paid_at >= %(since)s AND (p.paid_at, p.id) < (%(before)s, %(before_id)s)
UNION ALL
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id
WHERE p.wallet_id = %(wallet)s AND p.paid_at < %(since)s
  AND r.reversed_at >= %(since)s AND (r.reversed_at, r.id) < (%(before)s, %(before_id)s)
ORDER BY 6 DESC, 2 DESC LIMIT %(limit)s
"""
WALLET_SUMS = """
SELECT kind, count(*), sum(amount_yen)::bigint FROM (
    SELECT 'payment' AS kind, p.amount_yen FROM payments.payments AS p
    WHERE p.wallet_id = %(wallet)s AND p.paid_at >= %(since)s AND p.paid_at < %(before)s
    UNION ALL
    SELECT r.kind, -r.amount_yen FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id
    WHERE p.wallet_id = %(wallet)s AND r.reversed_at >= %(since)s AND r.reversed_at < %(before)s
) AS moved GROUP BY kind
"""
FIND_MOVEMENTS = """
SELECT 'payment', p.id, p.id, p.store_id, p.amount_yen, p.paid_at FROM payments.payments AS p WHERE p.id = ANY (%(ids)s)
UNION ALL
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id WHERE r.id = ANY (%(ids)s)
"""
FIND_REVERSALS = """
SELECT r.kind, r.id, p.id, p.store_id, -r.amount_yen, r.reversed_at
FROM payments.reversals AS r JOIN payments.payments AS p ON p.id = r.payment_id WHERE r.payment_id = ANY (%s)
ORDER BY r.reversed_at, r.id
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
    reason: str | None


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


def code_used_at(session: Session, wallet_id: UUID, issued_since: datetime) -> datetime | None:
    """When one of the codes that a wallet was given lately was last used in an attempt."""
    row = driver_connection(session).execute(CODE_USED_AT, [wallet_id, issued_since]).fetchone()
    return row[0] if row else None


def insert_code(session: Session, digest: bytes, wallet_id: UUID, issued_at: datetime) -> None:
    """Remember a code that a resident is being shown."""
    driver_connection(session).execute(INSERT_CODE, [digest, wallet_id, issued_at])


def insert_dynamic_code(session: Session, code: DynamicCode, issued_by: UUID) -> None:
    """Remember a code with an amount that a till is about to show."""
    row = [code.reference, code.store_id, code.amount_yen, code.issued_at, code.expires_at, issued_by]
    driver_connection(session).execute(INSERT_DYNAMIC_CODE, row)


def find_dynamic_codes(session: Session, references: Sequence[str]) -> dict[str, DynamicCode]:
    """Codes with an amount, by reference, and the payment that used each up."""
    rows = driver_connection(session).execute(FIND_DYNAMIC_CODES, [list(references)], binary=True)
    return {row[0]: DynamicCode(*row) for row in rows}


def pay_codes(session: Session, payments: Mapping[str, UUID]) -> None:
    """Use codes with an amount up, in sorted order.

    Raises UniqueViolation when another transaction paid one at the same moment.
    """
    references, payment_ids = zip(*sorted(payments.items()), strict=True)
    driver_connection(session).execute(PAY_CODES, [list(references), list(payment_ids)])


def movements_since(
    session: Session, transaction_id: int, store_ids: Sequence[UUID] | None
) -> list[tuple[int, tuple[Any, ...]]]:
    """Payments, voids and refunds of this transaction and later ones, each with its transaction, the oldest first."""
    facts = {"since": str(transaction_id), "stores": None if store_ids is None else list(store_ids)}
    rows = driver_connection(session).execute(MOVEMENTS_SINCE, facts).fetchall()
    return [(row[0], row[1:]) for row in rows]


def settled_before(session: Session) -> tuple[int, int]:
    """The transaction before which every one has ended, and the first that has not begun."""
    row = driver_connection(session).execute(SETTLED_BEFORE).fetchone()
    assert row is not None
    return row[0], row[1]


def find_payments(session: Session, payment_ids: Sequence[UUID]) -> dict[UUID, PaymentRow]:
    """Payments by id."""
    rows = driver_connection(session).execute(FIND_PAYMENTS, [list(payment_ids)], binary=True)
    return {row[0]: PaymentRow(*row) for row in rows}


def usual_payment(session: Session, store_id: UUID, newest: int) -> tuple[int | None, int]:
    """The median of the newest payments at a store, and how many it was taken from."""
    row = driver_connection(session).execute(USUAL_PAYMENT, [store_id, newest]).fetchone()
    assert row is not None
    return row[0], row[1]


def insert_reversals(session: Session, rows: Sequence[ReversalRow]) -> None:
    """Write voids and refunds whose journals are in the books."""
    driver_connection(session).execute(INSERT_REVERSALS, [list(column) for column in zip(*rows, strict=True)])


def find_reasons(session: Session, reversal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Why payments were taken back, by the reversal's id."""
    return dict(driver_connection(session).execute(FIND_REASONS, [list(reversal_ids)]).fetchall())


def wallet_history(
    session: Session, wallet_id: UUID, since: datetime, before: datetime, before_id: UUID, limit: int
) -> list[tuple[Any, ...]]:
    """What a wallet paid and got back, newest first."""
    facts = {"wallet": wallet_id, "since": since, "before": before, "before_id": before_id, "limit": limit}
    return driver_connection(session).execute(WALLET_HISTORY, facts).fetchall()


def wallet_entries(
    session: Session, wallet_id: UUID, since: datetime, before: datetime, before_id: UUID, limit: int
) -> list[tuple[Any, ...]]:
    """What a wallet paid in a span of time, and what it got back then of earlier payments, newest first."""
    facts = {"wallet": wallet_id, "since": since, "before": before, "before_id": before_id, "limit": limit}
    return driver_connection(session).execute(WALLET_ENTRIES, facts).fetchall()


def wallet_sums(session: Session, wallet_id: UUID, since: datetime, before: datetime) -> list[tuple[Any, ...]]:
    """How often and how much, by kind of movement."""
    facts = {"wallet": wallet_id, "since": since, "before": before}
    return driver_connection(session).execute(WALLET_SUMS, facts).fetchall()


def first_paid_at(session: Session, wallet_id: UUID) -> datetime | None:
    """When a wallet paid for the first time."""
    asked = "SELECT min(paid_at) FROM payments.payments WHERE wallet_id = %s"
    row = driver_connection(session).execute(asked, [wallet_id]).fetchone()
    return row[0] if row else None


def find_movements(session: Session, ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """Payments, voids and refunds by the ids of their journals."""
    return driver_connection(session).execute(FIND_MOVEMENTS, {"ids": list(ids)}).fetchall()


def find_reversals(session: Session, payment_ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """What was given back of these payments, oldest first."""
    return driver_connection(session).execute(FIND_REVERSALS, [list(payment_ids)]).fetchall()


def store_takings(
    session: Session, store_ids: Sequence[UUID], since: datetime, before: datetime
) -> list[tuple[Any, ...]]:
    """What stores took and gave back in a span of time, newest first."""
    facts = {"stores": list(store_ids), "since": since, "before": before}
    return driver_connection(session).execute(STORE_TAKINGS, facts).fetchall()
