"""Where merchants are paid, in the characters of the bank's files."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from kernel.db import Session
from kernel.refusals import Refusal
from merchants.model import AccountInForce
from merchants.queries import bank_accounts, list_merchants
from settlement.model import BankAccountSnapshot
from settlement.zengin.kana import PAYEE_NAME_MAX_BYTES, normalise_bank_name, normalise_kana
from settlement.zengin.model import AccountKind, BankProfile

MERCHANTS_PER_PAGE = 1_000


def all_merchant_ids(session: Session) -> Iterator[UUID]:
    """Every merchant, whatever its status: what it earned is its own."""
    after_code = ""
    while page := list_merchants(session, after_code=after_code, limit=MERCHANTS_PER_PAGE):
        yield from (merchant.merchant_id for merchant in page)
        after_code = page[-1].merchant_code


def payee_accounts(
    session: Session, profile: BankProfile, merchant_ids: Iterable[UUID], *, at: datetime
) -> dict[UUID, BankAccountSnapshot]:
    """The accounts that these merchants are paid to at an instant, by merchant id; an unknown one is left out.

    A holder's name that a bank's file cannot carry stays as it is, so that the closing carries the sum over and says
    why; names of banks and branches are optional there and are left out instead.
    """
    accounts = bank_accounts(session, merchant_ids, at=at)
    return {merchant_id: _snapshot(in_force, profile) for merchant_id, in_force in accounts.items()}


def _snapshot(in_force: AccountInForce, profile: BankProfile) -> BankAccountSnapshot:
    account = in_force.account
    return BankAccountSnapshot(
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        account_kind=AccountKind(account.account_kind),
        account_number=account.account_number,
        payee_name=printed_name(account.holder_kana, profile),
        bank_name=_bank_name(account.bank_name),
        branch_name=_bank_name(account.branch_name),
        bank_account_id=in_force.account_id,
    )


def printed_name(holder_kana: str, profile: BankProfile) -> str:
    """A holder's name as the bank's file prints it; one that it cannot carry stays as it is."""
    try:
        return normalise_kana(
            holder_kana,
            field="payee_name",
            max_bytes=PAYEE_NAME_MAX_BYTES,
            allow_wo_in_names=profile.allow_wo_in_names,
        )
    except Refusal:
        return holder_kana


def _bank_name(name: str) -> str:
    try:
        return normalise_bank_name(name)
    except Refusal:
        return ""
