"""Questions about payments; frozen views come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from kernel.refusals import Refusal
from ledger.model import command_key
from ledger.queries import find_answer
from payments import store
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number
from payments.model import DynamicCode

USUAL_OF_NEWEST = 100
USUAL_KNOWN_FROM = 10
"""Fewer payments than this say nothing about what is usual at a shop."""

BEGINNING_OF_TIME = datetime(1, 1, 1, tzinfo=UTC)
BEFORE_ALL = UUID(int=0)
"""Before every movement of the same instant."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A payment, void or refund; what was given back is negative yen."""

    kind: str
    id: UUID
    payment_id: UUID
    store_id: UUID
    amount_yen: int
    at: datetime

    @property
    def match_phrase(self) -> str:
        """The two words both screens showed for the payment."""
        return match_phrase(self.payment_id)

    @property
    def number(self) -> str:
        """The eight digits of the payment that people read out."""
        return payment_number(self.payment_id)


@dataclass(frozen=True, slots=True)
class FreshMovements:
    """What came into the books since a transaction, each movement with its own, the oldest first.

    Before `settled_before` nothing can appear any more, so that is where the next look begins; what this one saw from
    there on, the next one sees again.
    """

    settled_before: int
    movements: tuple[tuple[int, Movement], ...]


@dataclass(frozen=True, slots=True)
class MovementSum:
    """How many movements of one kind there were, and their sum; what was given back is negative yen."""

    kind: str
    count: int
    amount_yen: int


def wallet_history(
    session: Session,
    wallet_id: UUID,
    *,
    since: datetime = BEGINNING_OF_TIME,
    before: datetime,
    before_id: UUID = BEFORE_ALL,
    limit: int = 50,
) -> list[Movement]:
    """What a wallet paid and got back from `since` until just before `before`, newest first.

    The next page begins after the last movement's time and id, as two movements may have happened at one instant.
    """
    return [Movement(*row) for row in store.wallet_history(session, wallet_id, since, before, before_id, limit)]


def wallet_entries(
    session: Session,
    wallet_id: UUID,
    *,
    since: datetime,
    before: datetime,
    before_id: UUID = BEFORE_ALL,
    limit: int = 50,
) -> list[Movement]:
    """What a wallet paid from `since` until just before `before`, newest first, paged as its history is.

    What was given back in that time is in it when its payment is earlier; the rest stands beside its payment.
    """
    return [Movement(*row) for row in store.wallet_entries(session, wallet_id, since, before, before_id, limit)]


def wallet_sums(session: Session, wallet_id: UUID, *, since: datetime, before: datetime) -> dict[str, MovementSum]:
    """What a wallet paid and got back in a span of time, by kind; a kind that did not happen is left out."""
    return {row[0]: MovementSum(*row) for row in store.wallet_sums(session, wallet_id, since, before)}


def first_paid_at(session: Session, wallet_id: UUID) -> datetime | None:
    """When a wallet paid for the first time; None for one that never did."""
    return store.first_paid_at(session, wallet_id)


def movements_by_ids(session: Session, ids: Sequence[UUID]) -> dict[UUID, Movement]:
    """Payments, voids and refunds by the ids of their journals; an unknown one is left out."""
    return {movement.id: movement for movement in (Movement(*row) for row in store.find_movements(session, ids))}


def reversals_by_payment(session: Session, payment_ids: Sequence[UUID]) -> dict[UUID, list[Movement]]:
    """What was given back of each of these payments, oldest first; one of which nothing was, is left out."""
    found: dict[UUID, list[Movement]] = {}
    for row in store.find_reversals(session, payment_ids):
        movement = Movement(*row)
        found.setdefault(movement.payment_id, []).append(movement)
    return found


def store_takings(session: Session, store_ids: Sequence[UUID], *, since: datetime, before: datetime) -> list[Movement]:
    """What stores took and gave back from `since` until just before `before`, newest first."""
    return [Movement(*row) for row in store.store_takings(session, store_ids, since, before)]


def find_payment(session: Session, payment_id: UUID) -> store.PaymentRow | None:
    """One payment by its id."""
    return store.find_payments(session, [payment_id]).get(payment_id)


def movements_since(
    session: Session, transaction_id: int | None, store_ids: Sequence[UUID] | None = None
) -> FreshMovements:
    """What came into the books since a transaction, at these stores or at all; without a transaction, from now on.

    A transaction of the future belongs to another server, and counts as none.
    """
    settled, next_one = store.settled_before(session)  # Read first: what commits in between is seen again, not missed.
    if transaction_id is None or transaction_id > next_one:
        return FreshMovements(settled, ())
    rows = store.movements_since(session, transaction_id, store_ids)
    return FreshMovements(settled, tuple((at, Movement(*row)) for at, row in rows))


def find_dynamic_code(session: Session, reference: str) -> DynamicCode | None:
    """A code with an amount by its reference, and the payment that used it up."""
    return store.find_dynamic_codes(session, [reference]).get(reference)


def reversal_reasons(session: Session, reversal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Why payments were taken back, by the reversal's id; where nobody said why, it is left out."""
    return store.find_reasons(session, reversal_ids)


def usual_payment_yen(session: Session, store_id: UUID) -> int | None:
    """The median of a store's newest 100 payments; nothing for one that has hardly been paid yet."""
    median_yen, count = store.usual_payment(session, store_id, USUAL_OF_NEWEST)
    return median_yen if count >= USUAL_KNOWN_FROM else None


def answer_to_key(session: Session, *, wallet_id: UUID, key: str) -> UUID | Refusal | None:
    """What became of a payment that a wallet asked for under a key: its id, why it was refused, or nothing so far."""
    return find_answer(session, command_key(f"wallet:{wallet_id}", key))


def code_used_at(session: Session, wallet_id: UUID, *, issued_since: datetime) -> datetime | None:
    """When a shop last tried to charge one of a wallet's codes that were issued since, whatever became of it."""
    return store.code_used_at(session, wallet_id, issued_since)
