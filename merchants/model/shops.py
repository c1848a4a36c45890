"""Merchants and stores: sizes, states and their legal moves, records that come in, and views that go out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from kernel.ids import new_id
from merchants.model.bank_accounts import BankAccount


class MerchantSize(StrEnum):
    """The class of a shop as the campaign's rules see it: 中小店, 大型店."""

    SMALL = "small"
    LARGE = "large"


class MerchantStatus(StrEnum):
    """Where a merchant stands: 申請中, 承認済, 停止中."""

    APPLIED = "applied"
    APPROVED = "approved"
    SUSPENDED = "suspended"


class StatusMove(NamedTuple):
    """A merchant's status goes from one to another."""

    from_status: MerchantStatus
    to_status: MerchantStatus


APPROVAL = StatusMove(MerchantStatus.APPLIED, MerchantStatus.APPROVED)
SUSPENSION = StatusMove(MerchantStatus.APPROVED, MerchantStatus.SUSPENDED)
RESUMPTION = StatusMove(MerchantStatus.SUSPENDED, MerchantStatus.APPROVED)
"""These three are all there are; the database refuses every other move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStore:
    """A place where people will pay: `name_latin` in ASCII, at most 25 characters; postal code like `849-1311`."""

    display_name: str
    name_latin: str
    district: str
    postal_code: str
    store_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMerchant:
    """A merchant that applies, with one store or more."""

    legal_name: str
    legal_kana: str
    trade: str
    size: MerchantSize
    bank_account: BankAccount
    stores: tuple[NewStore, ...]
    merchant_id: UUID = field(default_factory=new_id)


class RegisteredStore(NamedTuple):
    """A store with the code it was given, like `S001`."""

    store_id: UUID
    store_code: str


class RegisteredMerchant(NamedTuple):
    """A merchant with the code it was given, like `M0001`, and its stores in the order they were named."""

    merchant_id: UUID
    merchant_code: str
    stores: tuple[RegisteredStore, ...]


class StatusChange(NamedTuple):
    """A merchant's status moved: when, by which member of staff, and why."""

    merchant_id: UUID
    changed_at: datetime
    changed_by: UUID
    from_status: MerchantStatus
    to_status: MerchantStatus
    reason: str


@dataclass(frozen=True, slots=True)
class StoreForPayment:
    """What a payment has to know of a store; `own_wallets` are those the merchant may not be paid from."""

    store_id: UUID
    store_code: str
    display_name: str
    merchant_id: UUID
    merchant_code: str
    size: MerchantSize
    merchant_status: MerchantStatus
    own_wallets: frozenset[UUID]

    @property
    def is_open_for_payment(self) -> bool:
        return self.merchant_status is MerchantStatus.APPROVED


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store with the merchant it belongs to, as lists show it."""

    size: MerchantSize
    merchant_status: MerchantStatus
    store_id: UUID
    store_code: str
    display_name: str
    name_latin: str
    district: str
    postal_code: str
    merchant_id: UUID
    merchant_code: str
    trade: str


@dataclass(frozen=True, slots=True)
class MerchantView:
    """A merchant without its bank account."""

    size: MerchantSize
    status: MerchantStatus
    merchant_id: UUID
    merchant_code: str
    legal_name: str
    legal_kana: str
    trade: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class PosterState:
    """A printed poster: for which store, signed with which key, and whether it still counts."""

    serial: str
    store_id: UUID
    store_code: str
    key_id: str
    printed_at: datetime
    revoked_at: datetime | None
