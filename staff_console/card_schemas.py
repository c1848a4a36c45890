"""The documents of paper cards at the counter. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from payments.cards.model import CardActorKind, CardReason, CardState, CardStep
from staff_console.people_schemas import ReasonBody
from staff_console.schemas import Document


class ReadCardsBody(Document):
    """Why somebody's cards are looked at; the person reads the text."""

    reason: ReasonBody


class IssueCardBody(Document):
    """A card for a resident who stands here. Limits below the city's own are a wish of the holder."""

    reason: CardReason = Field(examples=["no_phone"])
    pin: str | None = Field(default=None, max_length=40, description="Four digits that the resident types")
    limit_payment_yen: int | None = Field(default=None, ge=0, examples=[1000])
    limit_day_yen: int | None = Field(default=None, ge=0, examples=[3000])


class CardStepBody(Document):
    """Why a card is frozen, unfrozen or ended."""

    reason: CardReason = Field(examples=["lost"])


class SetPinBody(CardStepBody):
    """A PIN that the resident types; it takes the place of the one before."""

    pin: str = Field(max_length=40)


class ReplaceCardBody(CardStepBody):
    """Why a card gets a successor, and the PIN of that one; without a PIN it pays up to its limits alone."""

    pin: str | None = Field(default=None, max_length=40)


class CardEventAnswer(Document):
    """What happened to a card, and who did it."""

    step: CardStep
    state: CardState
    reason: CardReason
    by: CardActorKind
    at: datetime


class CardAnswer(Document):
    """A card without its code: nobody can read that again."""

    card_id: UUID
    serial: str = Field(description="Ten digits printed on it", examples=["4821093765"])
    state: CardState
    is_locked: bool = Field(description="Whether three wrong PINs froze it")
    has_pin: bool
    limit_payment_yen: int = Field(examples=[3000])
    limit_day_yen: int = Field(examples=[10_000])
    issued_at: datetime


class CardHistoryAnswer(CardAnswer):
    """A card with everything that happened to it."""

    events: list[CardEventAnswer]


class CardsAnswer(Document):
    """All cards that somebody ever had, the newest first; at most one is in use."""

    cards: list[CardHistoryAnswer]


class PrintedCardAnswer(CardAnswer):
    """A new card to be printed now: its code is in this answer and nowhere else."""

    code: str = Field(examples=["KSC10123456789ABCDEFGHJKMNPQRSTV"])
    code_svg: str = Field(description="The code as a picture")
    sheet_pdf: str = Field(description="A sheet of A4 from which the card is cut, in base64")
