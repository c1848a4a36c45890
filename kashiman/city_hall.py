"""What the city's own office is to the outside: its bank account, and the accounts it pays shops at."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session
from zengin_code.bank import Bank

from kernel.refusals import Refusal
from merchants.model import BankAccount
from merchants.queries import bank_accounts
from settlement.model import BankAccountSnapshot, Payer
from settlement.zengin.kana import normalise_bank_name, normalise_kana
from settlement.zengin.model import AccountKind

CITY_PAYER = Payer(
    payer_code="0000004152",
    payer_name="ｶｼﾏｼ ｶｲｹｲｶﾝﾘｼﾔ",
    bank_code="0179",
    bank_name="ｻｶﾞ",
    branch_code="301",
    branch_name="ｶｼﾏ",
    account_kind=AccountKind.ORDINARY,
    account_number="0000123",
)


def bank_accounts_for_payout(session: Session, merchant_ids: Collection[UUID]) -> dict[UUID, BankAccountSnapshot]:
    """The accounts of merchants as bank files write them; one whose names cannot be written is left out.

    A merchant that is left out keeps what it is owed, and its closing says why.
    """
    found = {}
    for merchant_id, account in bank_accounts(session, merchant_ids).items():
        try:
            found[merchant_id] = _snapshot(account)
        except Refusal:
            continue
    return found


def _snapshot(account: BankAccount) -> BankAccountSnapshot:
    bank = Bank.all.get(account.bank_code)
    branch = bank.branches.get(account.branch_code) if bank else None
    return BankAccountSnapshot(
        bank_code=account.bank_code,
        bank_name=normalise_bank_name(bank.kana) if bank else "",
        branch_code=account.branch_code,
        branch_name=normalise_bank_name(branch.kana) if branch else "",
        account_kind=AccountKind(account.account_kind.value),
        account_number=account.account_number,
        payee_name=normalise_kana(account.holder_kana, max_bytes=30),
    )
