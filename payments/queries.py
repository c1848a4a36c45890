"""Questions about payments; frozen views come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments import store
from payments.codes.match_phrase import match_phrase


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


def wallet_history(session: Session, wallet_id: UUID, *, before: datetime, limit: int = 50) -> list[Movement]:
    """What a wallet paid and got back, newest first."""
    return [Movement(*row) for row in store.wallet_history(session, wallet_id, before, limit)]


def store_takings(session: Session, store_ids: Sequence[UUID], *, since: datetime, before: datetime) -> list[Movement]:
    """What stores took and gave back from `since` until just before `before`, newest first."""
    return [Movement(*row) for row in store.store_takings(session, store_ids, since, before)]


def find_payment(session: Session, payment_id: UUID) -> store.PaymentRow | None:
    """One payment by its id."""
    return store.find_payments(session, [payment_id]).get(payment_id)
