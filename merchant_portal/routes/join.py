"""Checking a bank account while it is typed: the same rule as when it is sent, and nothing is kept."""

from fastapi import APIRouter, Request
from pydantic import Field

from kernel.http import BodyNotReadable, FieldsInvalid, refuses
from kernel.pages import sentence_of
from merchant_portal.schemas import Document
from merchant_portal.typed_accounts import read_account

router = APIRouter(prefix="/account-checks", tags=["shop: joining"])


class AccountCheckBody(Document):
    """An account as far as it is typed."""

    bank_code: str = Field("", max_length=500, examples=["0179"])
    branch_code: str = Field("", max_length=500, examples=["669"])
    account_kind: str = Field("", max_length=500, examples=["1"])
    account_number: str = Field("", max_length=500, examples=["0012345"])
    holder_kana: str = Field("", max_length=500, examples=["カ）カシマショウテン"])


class AccountProblem(Document):
    """What is wrong at a field, as a sentence in the language that was asked for."""

    field: str = Field(examples=["holder_kana"])
    code: str = Field(examples=["holder_kana_forbidden"])
    sentence: str


class AccountCheckAnswer(Document):
    """The account as the bank's file prints it, what the list calls the bank, and what is wrong."""

    holder_as_printed: str = Field(description="Half-width kana; empty if it cannot be", examples=["ｶ)ｶｼﾏｼﾖｳﾃﾝ"])
    bank_name: str = Field(description="Empty if the list of banks has no such code", examples=["佐賀"])
    branch_name: str = Field(examples=["鹿島"])
    problems: list[AccountProblem]


@router.post("", responses=refuses(BodyNotReadable, FieldsInvalid))
def check(request: Request, body: AccountCheckBody) -> AccountCheckAnswer:
    """Read an account as somebody types it; nothing is kept, and whether it exists only its bank knows."""
    read = read_account(body.model_dump())
    return AccountCheckAnswer(
        holder_as_printed=read.account.holder_kana,
        bank_name=read.names.bank,
        branch_name=read.names.branch,
        problems=[
            AccountProblem(field=str(each.facts["field_name"]), code=each.code, sentence=sentence_of(request, each))
            for each in read.problems
        ],
    )
