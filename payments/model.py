"""Payments as this package knows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.refusals import Refusal


class Channel(StrEnum):
    """Who presented the code, and whether it carried the amount."""

    MPM_STATIC = "mpm_static"
    MPM_DYNAMIC = "mpm_dynamic"
    CPM = "cpm"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A resident pays at a shop's code: store and serial come from a code whose signature was right.

    `reference` is that of a dynamic code, which hangs nowhere: its serial says nothing.
    """

    key: str
    wallet_id: UUID
    amount_yen: int
    store_code: str
    poster_serial: str
    channel: Channel
    asked_at: datetime
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A shop charges the resident's own code. `asked_by` is the shop's user at the till."""

    key: str
    code_digest: bytes
    amount_yen: int
    store_id: UUID
    asked_by: UUID
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class DecidedCharge:
    """A shop charges what a resident keeps for long; its own rules `found` whose wallet it is, or why they refuse.

    `code_digest` is that of the presented code, as in a ChargeRequest.
    """

    key: str
    code_digest: bytes
    amount_yen: int
    store_id: UUID
    asked_by: UUID
    asked_at: datetime
    channel: Channel
    found: UUID | Refusal


class ReversalReason(StrEnum):
    """Why a shop takes a payment back."""

    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    GOODS_RETURNED = "goods_returned"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReversalRequest:
    """A shop takes a payment back: whole on the same day (void), or part of it later (refund).

    `reason` is kept with it; it is no part of what the key asks for.
    """

    key: str
    payment_id: UUID
    merchant_id: UUID
    asked_by: UUID
    asked_at: datetime
    refund_yen: int | None = None
    reason: ReversalReason | None = None


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """A payment that is in the books; paid with a card, `card_ending` is the end of the serial printed on it."""

    payment_id: UUID
    wallet_id: UUID
    store_id: UUID
    store_name: str
    amount_yen: int
    paid_at: datetime
    match_phrase: str
    is_replay: bool
    card_ending: str | None = None


@dataclass(frozen=True, slots=True)
class ReversalReceipt:
    """A void or refund that is in the books."""

    reversal_id: UUID
    payment_id: UUID
    amount_yen: int
    reversed_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """What is known of a resident's own code; a newer one of the wallet replaces it."""

    wallet_id: UUID
    issued_at: datetime
    replaced_at: datetime | None
    is_burnt: bool


@dataclass(frozen=True, slots=True)
class DynamicCode:
    """A code that a till showed: whom it pays, how much, until when, and by which payment it was used up."""

    reference: str
    store_id: UUID
    amount_yen: int
    issued_at: datetime
    expires_at: datetime
    payment_id: UUID | None = None
