"""Payments as this package knows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """Who presented the code, and whether it carried the amount."""

    MPM_STATIC = "mpm_static"
    MPM_DYNAMIC = "mpm_dynamic"
    CPM = "cpm"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A resident pays at a shop's code: store and serial come from a code whose signature was right."""

    key: str
    wallet_id: UUID
    amount_yen: int
    store_code: str
    poster_serial: str
    channel: Channel
    asked_at: datetime


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
class ReversalRequest:
    """A shop takes a payment back: whole on the same day (void), or part of it later (refund)."""

    key: str
    payment_id: UUID
    merchant_id: UUID
    asked_by: UUID
    asked_at: datetime
    refund_yen: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """A payment that is in the books."""

    payment_id: UUID
    wallet_id: UUID
    store_id: UUID
    store_name: str
    amount_yen: int
    paid_at: datetime
    match_phrase: str
    is_replay: bool


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
    """What is known of a resident's own code."""

    wallet_id: UUID
    issued_at: datetime
    is_newest: bool
    is_burnt: bool
