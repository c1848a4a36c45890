"""A bank account as somebody types it, judged by the rule that holds everywhere, and as the bank's file prints it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NamedTuple

from zengin_code.bank import Bank

from kernel.refusals import Kind, Refusal
from merchants.model import BankAccount, BankAccountKind
from merchants.refusals import JoiningFieldMissing
from merchants.rules.joining import problems_of_account
from settlement.zengin.kana import PAYEE_NAME_MAX_BYTES, normalise_kana
from settlement.zengin.refusals import KanaForbidden, KanaTooLong

ACCOUNT_FIELDS = ("bank_code", "branch_code", "account_kind", "account_number", "holder_kana")


@dataclass(eq=False)
class HolderKanaForbidden(Refusal):
    """A character of the account holder's name cannot stand in a bank's file; `position` counts from 1."""

    kind: ClassVar[Kind] = Kind.INVALID
    position: int
    character: str
    field_name: str = "holder_kana"


@dataclass(eq=False)
class HolderKanaTooLong(Refusal):
    """The account holder's name is longer than a bank's file can carry; ﾞ and ﾟ count one each."""

    kind: ClassVar[Kind] = Kind.INVALID
    length: int
    length_max: int
    field_name: str = "holder_kana"


class BankNames(NamedTuple):
    """What a bank and its branch are called, and their readings; empty where the list does not have them."""

    bank: str = ""
    branch: str = ""
    bank_kana: str = ""
    branch_kana: str = ""


class TypedAccount(NamedTuple):
    """An account with everything that is wrong with it; `account` holds the name as the bank's file prints it."""

    account: BankAccount
    names: BankNames
    problems: tuple[Refusal, ...]

    @property
    def is_on_the_list(self) -> bool:
        """Whether the list of banks has both; it is a convenience, so that one it lacks is asked about and taken."""
        return bool(self.names.bank and self.names.branch)


def read_account(typed: Mapping[str, str]) -> TypedAccount:
    """Read an account: digits in either width, the holder's name in any kana.

    Problems are HolderKanaForbidden or HolderKanaTooLong and what `problems_of_account` says of the rest.
    """
    digits = {name: _digits(typed.get(name, "")) for name in ("bank_code", "branch_code", "account_number")}
    names = bank_names(digits["bank_code"], digits["branch_code"])
    holder, of_holder = _read_holder(typed.get("holder_kana", ""))
    kind = typed.get("account_kind", "")
    account = BankAccount(
        **digits,
        account_kind=BankAccountKind(kind) if kind in set(BankAccountKind) else BankAccountKind.ORDINARY,
        holder_kana=holder,
        bank_name=names.bank_kana,
        branch_name=names.branch_kana,
    )
    problems = [each for each in problems_of_account(account) if not (of_holder and _field(each) == "holder_kana")]
    if kind not in set(BankAccountKind):
        problems.append(JoiningFieldMissing("account_kind"))
    order = {name: place for place, name in enumerate(ACCOUNT_FIELDS)}
    return TypedAccount(account, names, tuple(sorted([*problems, *of_holder], key=lambda each: order[_field(each)])))


def as_printed(holder_kana: str) -> str:
    """A holder's name as the bank's file prints it; one that it cannot carry stays as it is."""
    return _read_holder(holder_kana)[0] or holder_kana


def bank_names(bank_code: str, branch_code: str) -> BankNames:
    """What the list of banks calls them (統一金融機関コード)."""
    bank = _banks().get(bank_code)
    if bank is None:
        return BankNames()
    branch = bank.branches.get(branch_code)
    return BankNames(bank.name, branch.name if branch else "", bank.kana, branch.kana if branch else "")


def _read_holder(typed: str) -> tuple[str, list[Refusal]]:
    try:
        return normalise_kana(typed, field="holder_kana", max_bytes=PAYEE_NAME_MAX_BYTES), []
    except KanaForbidden as refusal:
        return "", [HolderKanaForbidden(refusal.position, refusal.character)]
    except KanaTooLong as refusal:
        return "", [HolderKanaTooLong(refusal.length_bytes, refusal.max_bytes)]


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")


def _field(problem: Refusal) -> str:
    return str(problem.facts["field_name"])


@cache
def _banks() -> dict[str, Any]:
    return dict(Bank.all)
