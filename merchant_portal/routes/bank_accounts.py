"""Where the merchant is paid, for programs of its owner."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from identity.doors.refusals import SignInNotRecent
from kernel.http import (
    BodyNotReadable,
    FieldsInvalid,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    idempotency_key,
    refuses,
)
from merchant_portal.account_changes import SignInTooWeakForAccount, ask_for_account, own_accounts, stop_account
from merchant_portal.parts import Parts
from merchant_portal.routes.join import AccountCheckBody
from merchant_portal.schemas import Document
from merchant_portal.typed_accounts import HolderKanaForbidden, HolderKanaTooLong, read_account
from merchant_portal.viewer import SIGN_IN_REFUSALS, OwnerOnly, StatementReader
from merchants.model import AccountState, BankAccountKind, MaskedAccount
from merchants.refusals import (
    AccountChangeReasonMissing,
    AccountChangeStepNotAllowed,
    AccountChangeUnderWay,
    AccountChangeUnknown,
    AccountInForceAlready,
    JoiningFieldMalformed,
    JoiningFieldMissing,
    JoiningFieldTooLong,
    MerchantUnknown,
)

router = APIRouter(prefix="/bank-accounts", tags=["shop: bank accounts"])
Key = Annotated[str, Depends(idempotency_key)]
READ_REFUSALS = (*SIGN_IN_REFUSALS, OwnerOnly)
CHANGE_REFUSALS = (*READ_REFUSALS, BodyNotReadable, FieldsInvalid)
ASK_REFUSALS = (
    *(*CHANGE_REFUSALS, IdempotencyKeyMissing, IdempotencyKeyMalformed),
    *(JoiningFieldMissing, JoiningFieldTooLong, JoiningFieldMalformed, HolderKanaForbidden, HolderKanaTooLong),
    *(SignInTooWeakForAccount, SignInNotRecent, MerchantUnknown, AccountChangeUnderWay),
)
STOP_REFUSALS = (
    *(*CHANGE_REFUSALS, AccountChangeUnknown, AccountInForceAlready, AccountChangeStepNotAllowed),
    AccountChangeReasonMissing,
)


class BankAccountAnswer(Document):
    """One of the merchant's accounts; of its number only the end."""

    number: int = Field(description="Counts the merchant's accounts from 1", examples=[2])
    bank_code: str = Field(examples=["0179"])
    bank_name: str = Field(description="In kana, may be empty", examples=["サガ"])
    branch_code: str = Field(examples=["669"])
    branch_name: str = Field(examples=["カシマ"])
    account_kind: BankAccountKind
    number_ending: str = Field(examples=["345"])
    holder_kana: str = Field(examples=["ｶ)ｶｼﾏｼﾖｳﾃﾝ"])
    state: AccountState
    valid_from: datetime | None = Field(description="From when payouts may use it; null while nobody decided")


class BankAccountsAnswer(Document):
    """The account in force, and the one that was asked for if a change is under way."""

    in_force: BankAccountAnswer | None
    asked_for: BankAccountAnswer | None


class AccountAskedAnswer(Document):
    """A change that waits for the finance desk."""

    number: int = Field(examples=[2])
    state: AccountState


class StopBody(Document):
    """Which change is stopped, and why."""

    number: int = Field(ge=1, examples=[2])
    reason: str = Field("", max_length=200)


@router.get("", responses=refuses(*READ_REFUSALS))
def bank_accounts(viewer: StatementReader, parts: Parts) -> BankAccountsAnswer:
    """Where the merchant is paid, and what was asked for; for an owner of the whole merchant."""
    with parts.database.transaction() as session:
        found = own_accounts(session, viewer, parts.clock.now())
    return BankAccountsAnswer(in_force=_answer(found.in_force), asked_for=_answer(found.asked_for))


@router.post("", status_code=201, responses=refuses(*ASK_REFUSALS))
def ask(body: AccountCheckBody, viewer: StatementReader, key: Key, parts: Parts) -> AccountAskedAnswer:
    """Ask to be paid to another account; the finance desk approves it, and days of cooling follow."""
    read = read_account(body.model_dump())
    for problem in read.problems:
        raise problem
    place = ask_for_account(parts, viewer, read.account, key=key)
    return AccountAskedAnswer(number=place.number, state=place.state)


@router.post("/stop", status_code=204, responses=refuses(*STOP_REFUSALS))
def stop(body: StopBody, viewer: StatementReader, parts: Parts) -> None:
    """Stop a change before it begins."""
    stop_account(parts, viewer, body.number, body.reason)


def _answer(account: MaskedAccount | None) -> BankAccountAnswer | None:
    if account is None:
        return None
    names = BankAccountAnswer.model_fields
    return BankAccountAnswer(**{name: getattr(account, name) for name in names})
