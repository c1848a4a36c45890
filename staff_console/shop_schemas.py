"""The documents about shops that join, and about where they are paid."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from merchants.model import (
    AccountMover,
    AccountState,
    AccountStep,
    ApplicationMover,
    ApplicationState,
    ApplicationStep,
    BankAccountKind,
    MerchantSize,
)
from staff_console.schemas import Document

REASON_MAX = 1_000


class ShopApplicationLineAnswer(Document):
    """An application as a list shows it."""

    application_id: UUID
    receipt: str = Field(examples=["J00001"])
    state: ApplicationState
    version: int
    submitted_at: datetime
    legal_name: str
    trade: str = Field(examples=["食料品"])
    size: MerchantSize
    store_count: int


class ShopApplicationsAnswer(Document):
    """Applications, the oldest first."""

    applications: list[ShopApplicationLineAnswer]


class BankAccountFacts(Document):
    """An account in full, for whoever compares it with the passbook."""

    bank_code: str = Field(examples=["0179"])
    bank_name: str
    branch_code: str = Field(examples=["669"])
    branch_name: str
    account_kind: BankAccountKind
    account_number: str = Field(examples=["0012345"])
    holder_kana: str = Field(examples=["ｶ)ｶｼﾏｼﾖｳﾃﾝ"])


class ApplicationStoreFacts(Document):
    """A place where people will pay."""

    display_name: str
    name_latin: str
    district: str
    postal_code: str
    address: str
    floor_m2: int


class ShopApplicationEventAnswer(Document):
    """A step that was taken; `by_name` is the clerk's."""

    number: int
    version: int
    step: ApplicationStep
    at: datetime
    by_kind: ApplicationMover
    by_name: str
    reason: str


class ShopApplicationAnswer(Document):
    """An application with what was sent in last, and its history."""

    application_id: UUID
    receipt: str
    state: ApplicationState
    version: int = Field(description="Name it when you decide, so that you decide about what you read")
    submitted_at: datetime
    legal_name: str
    legal_kana: str
    representative: str
    phone: str
    postal_code: str
    address: str
    trade: str
    size: MerchantSize
    stores: list[ApplicationStoreFacts]
    bank_account: BankAccountFacts
    pledge_version: str
    pledge_sha256: str
    pledged_at: datetime
    merchant_id: UUID | None
    events: list[ShopApplicationEventAnswer]


class SeenBody(Document):
    """The version that the clerk read."""

    version: int = Field(ge=1, examples=[1])


class SeenWithReasonBody(SeenBody):
    """The version that the clerk read, and why; the applicant reads the reason."""

    reason: str = Field(max_length=REASON_MAX, examples=["口座の名義が、通帳とちがいます。"])


class ShopApprovedAnswer(Document):
    """A merchant that may take payments, and the code with which its owner signs in; the code exists nowhere else."""

    merchant_id: UUID
    merchant_code: str = Field(examples=["M0012"])
    store_codes: list[str] = Field(examples=[["S015"]])
    owner_name: str
    sign_in_code: str


class ShopCodeAnswer(Document):
    """A new code for the owner; the one before has ended."""

    owner_name: str
    sign_in_code: str


class AccountEventAnswer(Document):
    """A step that was taken with an account."""

    step: AccountStep
    at: datetime
    by_kind: AccountMover
    by_name: str
    reason: str


class AccountChangeAnswer(Document):
    """An account that an owner asked for, beside the one that is paid to now."""

    change_id: UUID
    merchant_id: UUID
    merchant_code: str
    legal_name: str
    state: AccountState
    valid_from: datetime | None = Field(description="From when payouts use it; null while nobody decided")
    now_paid_to: BankAccountFacts
    asked_for: BankAccountFacts
    differing: list[str] = Field(description="The fields in which the two differ", examples=[["account_number"]])
    events: list[AccountEventAnswer]


class AccountChangesAnswer(Document):
    """Changes that wait for an answer or for their first day."""

    changes: list[AccountChangeAnswer]


class WhyBody(Document):
    """Why; the owner reads it."""

    reason: str = Field(max_length=REASON_MAX)
