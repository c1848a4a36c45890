"""Bank accounts for invented merchants, at real banks and branches around Kashima."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Literal

from zengin_code.bank import Bank

from kashiman.demo.population.draw import Weighted, happens, pick, whole

AccountKind = Literal[1, 2]
AccountKey = tuple[str, str, str]
"""Bank code, branch code and account number."""

HOLDER_BYTES_MAX = 30
"""The length of the payee's name in a transfer record, in half-width characters."""

_BANKS: Weighted[tuple[str, tuple[str, ...]]] = Weighted(
    [
        (("佐賀", ("鹿島", "鹿島", "鹿島", "浜出張所")), 40),
        (("佐賀共栄", ("鹿島",)), 14),
        (("九州ひぜん信金", ("鹿島",)), 18),
        (("佐賀県農協", ("鹿島", "能古見", "七浦")), 12),
        (("十八親和", ("鹿島",)), 7),
        (("ゆうちょ", ("七七八",)), 9),
    ]
)
_SAVINGS_ONLY = "ゆうちょ"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account to be paid into: four-digit bank, three-digit branch, kind 1 普通 or 2 当座, seven digits.

    `holder_kana` is in full-width katakana with the usual abbreviations of legal forms (カ）マツオショウテン)
    and fits the payee's name of a Zengin transfer record once it is made half-width.
    """

    bank_code: str
    branch_code: str
    account_kind: AccountKind
    account_number: str
    holder_kana: str


def draw_account(rng: Random, holder_kana: str, *, current_percent: int, taken: set[AccountKey]) -> BankAccount:
    """Invent an account that is not in `taken` yet, and put it there."""
    bank_name, branch_names = _BANKS.draw(rng)
    bank_code, branch_code = branch_codes(bank_name, pick(rng, branch_names))
    kind: AccountKind = 2 if bank_name != _SAVINGS_ONLY and happens(rng, current_percent) else 1
    number = _draw_number(rng)
    while (bank_code, branch_code, number) in taken:
        number = _draw_number(rng)
    taken.add((bank_code, branch_code, number))
    return BankAccount(bank_code, branch_code, kind, number, holder_kana)


def _draw_number(rng: Random) -> str:
    return f"{whole(rng, 1, 9_999_999):07d}"


@cache
def branch_codes(bank_name: str, branch_name: str) -> tuple[str, str]:
    """Find the codes of a branch in the national directory; the bank's first branch if none has that name.

    Refuses with a LookupError a name that is not the name of exactly one bank.
    """
    directory: dict[str, Any] = Bank.all
    banks = [bank for bank in directory.values() if bank.name == bank_name]
    if len(banks) != 1:
        raise LookupError(f"{len(banks)} banks in the directory are named {bank_name}")
    codes = sorted(banks[0].branches)
    named = [code for code in codes if banks[0].branches[code].name == branch_name]
    return banks[0].code, (named or codes)[0]


def holder_bytes(holder_kana: str) -> int:
    """Count the half-width characters of a reading; a voiced kana takes two."""
    return len(unicodedata.normalize("NFKD", holder_kana))
