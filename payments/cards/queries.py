"""Questions about cards; frozen views come back, and never a digest."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import SERIAL_ENDING_LENGTH, Card, CardEvent


def cards_of_wallet(session: Session, wallet_id: UUID) -> list[Card]:
    """All cards that a wallet ever had, the newest first; at most one of them is in use."""
    return store.cards_of(session, wallet_id)


def find_card(session: Session, card_id: UUID) -> Card | None:
    """A card by its id."""
    return store.find_card(session, card_id)


def card_events(session: Session, card_id: UUID) -> list[CardEvent]:
    """What happened to a card, in its order."""
    return store.events_of(session, card_id)


def card_endings(session: Session, payment_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The end of the serial, which a shop may see, of the card that each payment was made with; others are left out."""
    found = store.serials_of_payments(session, payment_ids)
    return {payment_id: serial[-SERIAL_ENDING_LENGTH:] for payment_id, serial in found.items()}
