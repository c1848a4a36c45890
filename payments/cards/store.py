"""Every SQL statement about cards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from payments.cards.model import (
    Card,
    CardActor,
    CardActorKind,
    CardAtTill,
    CardEvent,
    CardLimits,
    CardReason,
    CardState,
    CardStep,
)

_CARD = "id, wallet_id, serial, has_pin, pin_misses, limit_payment_yen, limit_day_yen, state, issued_at"
LOCK_AT_TILL = f"""
SELECT {_CARD}, secret_digest, pin_digest FROM payments.cards WHERE secret_digest = ANY (%s::bytea[])
ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 - column names written here
LOCK_CARD = f"SELECT {_CARD}, secret_digest FROM payments.cards WHERE id = %s FOR NO KEY UPDATE"  # noqa: S608
CARDS_OF = f"SELECT {_CARD} FROM payments.cards WHERE wallet_id = %s ORDER BY issued_at DESC, id DESC"  # noqa: S608
FIND_CARD = f"SELECT {_CARD} FROM payments.cards WHERE id = %s"  # noqa: S608
EVENTS_OF = """
SELECT card_id, step, state, reason, actor_kind, actor_id, at FROM payments.card_events WHERE card_id = %s
ORDER BY number
"""
SERIALS_OF_PAYMENTS = """
SELECT p.payment_id, c.serial FROM payments.card_payments AS p JOIN payments.cards AS c ON c.id = p.card_id
WHERE p.payment_id = ANY (%s::uuid[])
"""
SPENT = """
SELECT asked.card_id, sum(p.amount_yen)::bigint
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS asked (card_id, since, before)
JOIN payments.card_payments AS c ON c.card_id = asked.card_id AND NOT c.with_pin
JOIN payments.payments AS p ON p.id = c.payment_id AND p.paid_at >= asked.since AND p.paid_at < asked.before
GROUP BY 1
"""
INSERT_CARD = """
INSERT INTO payments.cards (id, wallet_id, serial, secret_digest, pin_digest, limit_payment_yen, limit_day_yen,
    replaces, issued_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
INSERT_EVENT = """
INSERT INTO payments.card_events (card_id, step, state, reason, actor_kind, actor_id, at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
INSERT_MISS = """
INSERT INTO payments.card_pin_misses (attempt_id, card_id, store_id, missed_at) VALUES (%s, %s, %s, %s)
"""
INSERT_PAYMENTS = """
INSERT INTO payments.card_payments (payment_id, card_id, with_pin)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::boolean[])
"""
SAVE_STATE = "UPDATE payments.cards SET state = %s, pin_misses = %s WHERE id = %s"
SAVE_PIN = "UPDATE payments.cards SET pin_digest = %s, pin_misses = 0 WHERE id = %s"


class NewCard(NamedTuple):
    """A card as it is written."""

    id: UUID
    wallet_id: UUID
    serial: str
    secret_digest: bytes
    pin: bytes | None
    limits: CardLimits
    replaces: UUID | None
    issued_at: datetime


class LockedCard(NamedTuple):
    """A card that nobody else changes or charges until the transaction ends, with its code's digest."""

    card: Card
    code_digest: bytes


class PaidByCard(NamedTuple):
    """With which card a payment was made, and whether its PIN was typed."""

    payment_id: UUID
    card_id: UUID
    with_pin: bool


def lock_at_till(session: Session, code_digests: Sequence[bytes]) -> dict[bytes, CardAtTill]:
    """Cards by the digest of their code, each locked, in the order of their ids."""
    rows = driver_connection(session).execute(LOCK_AT_TILL, [list(code_digests)]).fetchall()
    return {bytes(row[9]): CardAtTill(_card(row), row[10]) for row in rows}


def lock_card(session: Session, card_id: UUID) -> LockedCard | None:
    """A card by its id, locked."""
    row = driver_connection(session).execute(LOCK_CARD, [card_id]).fetchone()
    return LockedCard(_card(row), row[9]) if row else None


def find_card(session: Session, card_id: UUID) -> Card | None:
    """A card by its id, not locked."""
    row = driver_connection(session).execute(FIND_CARD, [card_id]).fetchone()
    return _card(row) if row else None


def cards_of(session: Session, wallet_id: UUID) -> list[Card]:
    """All cards that a wallet ever had, the newest first."""
    return [_card(row) for row in driver_connection(session).execute(CARDS_OF, [wallet_id])]


def events_of(session: Session, card_id: UUID) -> list[CardEvent]:
    """What happened to a card, in its order."""
    rows = driver_connection(session).execute(EVENTS_OF, [card_id])
    return [
        CardEvent(
            row[0],
            CardStep(row[1]),
            CardState(row[2]),
            CardReason(row[3]),
            CardActor(CardActorKind(row[4]), row[5]),
            row[6],
        )
        for row in rows
    ]


def serials_of_payments(session: Session, payment_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The serials of the cards that payments were made with."""
    return dict(driver_connection(session).execute(SERIALS_OF_PAYMENTS, [list(payment_ids)]).fetchall())


def spent_without_pin(session: Session, spans: Sequence[tuple[UUID, tuple[datetime, datetime]]]) -> dict[UUID, int]:
    """What each card paid without its PIN in a span of time, in yen; one that paid nothing is left out."""
    cards = [card_id for card_id, _ in spans]
    since, before = [span[0] for _, span in spans], [span[1] for _, span in spans]
    return dict(driver_connection(session).execute(SPENT, [cards, since, before]).fetchall())


def insert_card(session: Session, card: NewCard) -> None:
    """Write a new card. Raises UniqueViolation when its serial was drawn before: `Database.run` starts again."""
    row = [*card[:5], *card.limits, card.replaces, card.issued_at]
    driver_connection(session).execute(INSERT_CARD, row)


def insert_event(session: Session, event: CardEvent) -> None:
    """Write what happened to a card."""
    row = [event.card_id, event.step, event.state, event.reason, *event.actor, event.at]
    driver_connection(session).execute(INSERT_EVENT, row)


def insert_miss(session: Session, attempt_id: UUID, card_id: UUID, store_id: UUID, missed_at: datetime) -> None:
    """Write that a wrong PIN was typed in an attempt."""
    driver_connection(session).execute(INSERT_MISS, [attempt_id, card_id, store_id, missed_at])


def insert_payments(session: Session, rows: Sequence[PaidByCard]) -> None:
    """Write with which cards payments of this transaction were made."""
    driver_connection(session).execute(INSERT_PAYMENTS, [list(column) for column in zip(*rows, strict=True)])


def save_state(session: Session, card_id: UUID, state: CardState, pin_misses: int) -> None:
    """Bring a locked card into a state, with its count of wrong PINs."""
    driver_connection(session).execute(SAVE_STATE, [state, pin_misses, card_id])


def save_pin(session: Session, card_id: UUID, pin: bytes) -> None:
    """Set the PIN of a locked card, by its keyed digest."""
    driver_connection(session).execute(SAVE_PIN, [pin, card_id])


def _card(row: Sequence[Any]) -> Card:
    limits = CardLimits(row[5], row[6])
    return Card(row[0], row[1], row[2], row[3], row[4], limits, CardState(row[7]), row[8])
