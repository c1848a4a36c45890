"""Cards as this chamber knows them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from kernel.refusals import Refusal

PIN_MISSES_MAX = 3
"""With the third wrong PIN a card is frozen: a thief who found it guesses right once in 3,300 cards."""

SERIAL_ENDING_LENGTH = 4


class CardState(StrEnum):
    """Whether a card pays; what was replaced or ended never pays again."""

    ACTIVE = "active"
    FROZEN = "frozen"
    REPLACED = "replaced"
    ENDED = "ended"


class CardStep(StrEnum):
    """What happened to a card; `locked` is frozen by the third wrong PIN."""

    ISSUED = "issued"
    PIN_SET = "pin_set"
    FROZEN = "frozen"
    LOCKED = "locked"
    UNFROZEN = "unfrozen"
    REPLACED = "replaced"
    ENDED = "ended"


class CardReason(StrEnum):
    """Why it happened; there is no free text, so that nothing personal can be written beside a card."""

    NO_PHONE = "no_phone"
    WISHED = "wished"
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    CODE_SEEN = "code_seen"
    PIN_FORGOTTEN = "pin_forgotten"
    PIN_MISSED = "pin_missed"
    FOUND_AGAIN = "found_again"
    MOVED_AWAY = "moved_away"
    DIED = "died"


class CardActorKind(StrEnum):
    """Who did it: a member of staff, the holder in their wallet, or a till by the third wrong PIN."""

    STAFF = "staff"
    HOLDER = "holder"
    TILL = "till"


class CardActor(NamedTuple):
    """Who acts: a member of staff by their id, a holder by the wallet, a till by the shop's user."""

    kind: CardActorKind
    id: UUID


class CardLimits(NamedTuple):
    """What a card pays without its PIN, in one payment and on one day of the city; a PIN lifts both."""

    payment_yen: int
    day_yen: int


USUAL_LIMITS = CardLimits(payment_yen=3_000, day_yen=10_000)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as its holder and the desks see it; `serial` is ten digits printed on it."""

    id: UUID
    wallet_id: UUID
    serial: str
    has_pin: bool
    pin_misses: int
    limits: CardLimits
    state: CardState
    issued_at: datetime

    @property
    def serial_ending(self) -> str:
        """All that a shop sees of a card."""
        return self.serial[-SERIAL_ENDING_LENGTH:]

    @property
    def is_in_use(self) -> bool:
        """Whether it is the wallet's card, be it frozen."""
        return self.state in {CardState.ACTIVE, CardState.FROZEN}

    @property
    def is_locked(self) -> bool:
        """Whether wrong PINs froze it."""
        return self.pin_misses >= PIN_MISSES_MAX


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A new card with the text of its code: the one moment at which it can be printed."""

    card: Card
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardEvent:
    """One line of a card's history."""

    card_id: UUID
    step: CardStep
    state: CardState
    reason: CardReason
    actor: CardActor
    at: datetime


@dataclass(frozen=True, slots=True)
class CardCharge:
    """A shop charges a card. `pin` is what was typed as its keyed digest, so that the PIN ends at the edge."""

    key: str
    code_digest: bytes
    amount_yen: int
    store_id: UUID
    asked_by: UUID
    asked_at: datetime
    pin: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CardAtTill:
    """A card as it stands when a shop charges it, locked: what its PIN is compared with, and what it paid that day."""

    card: Card
    pin: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardDecision:
    """What a card's own rules decide about a charge: the wallet that pays, or why not.

    `is_miss` tells that a wrong PIN was typed, and `with_pin` that the right one was.
    """

    found: UUID | Refusal
    is_miss: bool = False
    with_pin: bool = False
