"""The documents of a resident's paper cards. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from payments.cards.model import CardState
from wallet_api.schemas import Document


class CardAnswer(Document):
    """A paper card of the resident's; its code is on the paper alone."""

    card_id: UUID
    serial: str = Field(description="Ten digits printed on it", examples=["4821093765"])
    state: CardState
    is_locked: bool = Field(description="Whether three wrong PINs froze it")
    has_pin: bool
    limit_payment_yen: int = Field(description="Without the PIN, in one payment", examples=[3000])
    limit_day_yen: int = Field(description="Without the PIN, on one day", examples=[10_000])
    issued_at: datetime


class CardsAnswer(Document):
    """All paper cards that the resident ever had, the newest first; at most one is in use."""

    cards: list[CardAnswer]
