"""Statements about purchases."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.purchase_model import Purchase, PurchaseMove, PurchaseState, slip_from_record, slip_record
from kernel.db import driver_connection

PURCHASE = """
SELECT id, grant_id, round_id, campaign_id, wallet_id, units, method, amount_yen, premium_yen, state, expires_at,
       created_at, key, fingerprint, provider_id, slip, journal_id, received_yen, counter, clerk_id, small_journal_id,
       paid_at, provider_status, checks_card, card
FROM issuance.purchases
"""
INSERT_PURCHASES = """
INSERT INTO issuance.purchases (id, grant_id, round_id, campaign_id, wallet_id, units, method, amount_yen, premium_yen,
    state, expires_at, created_at, key, fingerprint, journal_id, received_yen, counter, clerk_id, small_journal_id,
    paid_at, checks_card)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::integer[], %s::text[],
    %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::uuid[],
    %s::bigint[], %s::text[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::boolean[])
"""
INSERTED = (
    "id",
    "grant_id",
    "round_id",
    "campaign_id",
    "wallet_id",
    "units",
    "method",
    "amount_yen",
    "premium_yen",
    "state",
    "expires_at",
    "created_at",
    "key",
    "fingerprint",
    "journal_id",
    "received_yen",
    "counter",
    "clerk_id",
    "small_journal_id",
    "paid_at",
    "checks_card",
)
UPDATE_PURCHASES = """
UPDATE issuance.purchases AS p
SET state = new.state, expires_at = new.expires_at, provider_id = new.provider_id, slip = new.slip::jsonb,
    journal_id = new.journal_id, received_yen = new.received_yen, small_journal_id = new.small_journal_id,
    paid_at = new.paid_at, provider_status = new.provider_status, card = new.card
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::bigint[], %s::uuid[],
            %s::timestamptz[], %s::text[], %s::uuid[])
    AS new (id, state, expires_at, provider_id, slip, journal_id, received_yen, small_journal_id, paid_at,
            provider_status, card)
WHERE p.id = new.id
"""
TO_LOOK_UP = """
provider_id IS NOT NULL AND state IN ('awaiting_payment', 'failed', 'expired', 'cancelled')
AND provider_status IS DISTINCT FROM 'canceled' AND (read_at IS NULL OR read_at < %s)
ORDER BY read_at NULLS FIRST, id LIMIT %s
"""
BY_CARD = """
method = 'card' AND (
    (campaign_id, wallet_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
    OR (campaign_id, card) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
)
"""
WAIT_FOR_TURN = """
SELECT pg_advisory_xact_lock(turn) FROM (
    SELECT DISTINCT hashtextextended(name, 7010) AS turn FROM unnest(%s::text[]) AS name ORDER BY turn
) AS turns
"""
INSERT_EVENTS = """
INSERT INTO issuance.purchase_events (purchase_id, from_state, to_state, at, reason)
SELECT purchase_id, from_state, to_state, %s, reason
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS event (purchase_id, from_state, to_state, reason)
"""


def purchases_of_grants(session: Session, grant_ids: Sequence[UUID]) -> list[Purchase]:
    """All purchases of these grants, oldest first."""
    return find_purchases(session, "grant_id = ANY (%s::uuid[]) ORDER BY id", [list(grant_ids)])


def purchases_by_key(session: Session, keys: Sequence[UUID]) -> dict[UUID, Purchase]:
    """Purchases that were asked for under these keys."""
    found = find_purchases(session, "key = ANY (%s::uuid[])", [list(keys)])
    return {purchase.key: purchase for purchase in found}


def purchases_of_person(session: Session, person_id: UUID) -> list[Purchase]:
    """Purchases of a person's grants, the newest first."""
    condition = "grant_id IN (SELECT id FROM issuance.grants WHERE person_id = %s) ORDER BY id DESC"
    return find_purchases(session, condition, [person_id])


def unpaid_before(session: Session, deadline: datetime, limit: int) -> list[UUID]:
    """Unpaid purchases whose deadline is not after this instant, the oldest deadline first."""
    statement = """
        SELECT id FROM issuance.purchases
        WHERE state IN ('requested', 'awaiting_payment') AND expires_at <= %s ORDER BY expires_at, id LIMIT %s
    """
    return [row[0] for row in driver_connection(session).execute(statement, [deadline, limit])]


def purchases_to_look_up(session: Session, read_before: datetime, limit: int) -> list[Purchase]:
    """Purchases whose payment may have become money unnoticed, those that were read longest ago first."""
    return find_purchases(session, TO_LOOK_UP, [read_before, limit])


def mark_read(session: Session, purchase_ids: Sequence[UUID], now: datetime) -> None:
    """Write when the provider was last asked about purchases."""
    statement = "UPDATE issuance.purchases SET read_at = %s WHERE id = ANY (%s::uuid[])"
    driver_connection(session).execute(statement, [now, list(purchase_ids)])


def take_turns_by_card(
    session: Session, wallets: Collection[tuple[UUID, UUID]], cards: Collection[tuple[UUID, UUID]]
) -> list[Purchase]:
    """Wait until nobody else decides about these (campaign, wallet) and (campaign, card), then read what they bought.

    The turn ends with the transaction. Grants are locked before, by everybody.
    """
    if not wallets and not cards:
        return []
    turns = [f"wallet {campaign} {wallet}" for campaign, wallet in wallets]
    turns += [f"card {campaign} {card}" for campaign, card in cards]
    driver_connection(session).execute(WAIT_FOR_TURN, [turns])
    pairs = (*_columns(wallets), *_columns(cards))
    return find_purchases(session, BY_CARD, pairs)


def find_purchases(session: Session, condition: str, facts: Sequence[Any]) -> list[Purchase]:
    """Read purchases."""
    cursor = driver_connection(session).cursor(row_factory=dict_row, binary=True)
    rows = cursor.execute(f"{PURCHASE} WHERE {condition}".encode(), facts)
    return [purchase_of(row) for row in rows]


def insert_purchases(session: Session, moves: Sequence[PurchaseMove], now: datetime) -> None:
    """Write new purchases and how they began."""
    if moves:
        facts = ([getattr(move.purchase, name) for name in INSERTED] for move in moves)
        columns = [list(column) for column in zip(*facts, strict=True)]
        driver_connection(session).execute(INSERT_PURCHASES, columns)
        _insert_events(session, moves, now)


def update_purchases(session: Session, moves: Sequence[PurchaseMove], now: datetime) -> None:
    """Write purchases as they stand now, and the moves that changed their state."""
    if moves:
        facts = [_changeable(move.purchase) for move in moves]
        columns = [list(column) for column in zip(*facts, strict=True)]
        driver_connection(session).execute(UPDATE_PURCHASES, columns)
        _insert_events(session, [move for move in moves if move.from_state != move.purchase.state], now)


def purchase_of(row: Mapping[str, Any]) -> Purchase:
    """Read a purchase from a row by column name."""
    typed = {
        "method": PurchaseMethod(row["method"]),
        "state": PurchaseState(row["state"]),
        "slip": slip_from_record(row["slip"]) if row["slip"] else None,
    }
    return Purchase(**{**row, **typed})


def _changeable(purchase: Purchase) -> list[Any]:
    slip = orjson.dumps(slip_record(purchase.slip)).decode() if purchase.slip else None
    state = [purchase.id, purchase.state, purchase.expires_at, purchase.provider_id, slip]
    money = [purchase.journal_id, purchase.received_yen, purchase.small_journal_id, purchase.paid_at]
    return [*state, *money, purchase.provider_status, purchase.card]


def _columns(pairs: Collection[tuple[UUID, UUID]]) -> tuple[list[UUID], list[UUID]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


def _insert_events(session: Session, moves: Sequence[PurchaseMove], now: datetime) -> None:
    if moves:
        facts = ((move.purchase.id, move.from_state, move.purchase.state, move.reason) for move in moves)
        columns = [list(column) for column in zip(*facts, strict=True)]
        driver_connection(session).execute(INSERT_EVENTS, [now, *columns])
