"""What an application must look like: every problem at once, so that a form can say all of them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kernel.refusals import Refusal
from merchants.model import ApplicationContent, ApplicationStore, BankAccount, Business
from merchants.refusals import (
    JoiningFieldMalformed,
    JoiningFieldMissing,
    JoiningFieldTooLong,
    TooManyStores,
    TradeExcluded,
)
from merchants.rules.trades import EXCLUDED_TRADES, TRADES

STORES_MAX = 20
HOLDER_FORM = re.compile(r"(?! )[ｱ-ﾟA-Z0-9().\- ]{1,30}(?<! )")
"""The name of who is paid as a bank's file can carry it: 30 bytes, one a character (全銀協規定フォーマット, 付録1)."""


class _Field(NamedTuple):
    name: str
    length_max: int
    form: re.Pattern[str] | None = None
    example: str = ""


_POSTAL_CODE = _Field("postal_code", 8, re.compile(r"[0-9]{3}-[0-9]{4}"), "849-1312")
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]*")
_BUSINESS = (
    _Field("legal_name", 100),
    _Field("legal_kana", 100, re.compile(r"[ァ-ヶー・ 　]+"), "カシマショウテン"),
    _Field("representative", 50),
    _Field("phone", 11, re.compile(r"0[0-9]{9,10}"), "0954631111"),
    _POSTAL_CODE,
    _Field("address", 150),
)
_STORE = (
    _Field("display_name", 25),
    _Field("name_latin", 25, re.compile(r"(?! )[ -~]+(?<! )"), "Kashima Shoten"),
    _Field("district", 50),
    _POSTAL_CODE,
    _Field("address", 150),
)
_ACCOUNT = (
    _Field("bank_code", 4, re.compile(r"[0-9]{4}"), "0179"),
    _Field("branch_code", 3, re.compile(r"[0-9]{3}"), "012"),
    _Field("account_number", 7, re.compile(r"[0-9]{7}"), "0012345"),
    _Field("holder_kana", 30, HOLDER_FORM, "ｶ)ｶｼﾏｼﾖｳﾃﾝ"),
)


def problems_of_business(business: Business) -> Iterator[Refusal]:
    """JoiningFieldMissing, JoiningFieldTooLong or JoiningFieldMalformed, by field in the order of the form."""
    yield from _problems(business, _BUSINESS)


def problems_of_trade(trade: str) -> Iterator[Refusal]:
    """JoiningFieldMissing for no trade of the list; TradeExcluded."""
    if trade in EXCLUDED_TRADES:
        yield TradeExcluded(trade)
    elif trade not in TRADES:
        yield JoiningFieldMissing("trade")


def problems_of_store(store: ApplicationStore, position: int) -> Iterator[Refusal]:
    """As for the business; the floor is 0 to 999,999 square metres. `position` counts stores from 0."""
    yield from _problems(store, _STORE, position)
    if not 0 <= store.floor_m2 <= 999_999:
        yield JoiningFieldMalformed("floor_m2", "120", position)


def problems_of_account(account: BankAccount) -> Iterator[Refusal]:
    """As for the business; the holder's name is in the characters of a bank's file already."""
    yield from _problems(account, _ACCOUNT)


def problems_of(content: ApplicationContent) -> Iterator[Refusal]:
    """Every problem of a whole application, in the order of its form; TooManyStores above 20."""
    yield from problems_of_business(content.business)
    yield from problems_of_trade(content.trade)
    if not content.stores:
        yield JoiningFieldMissing("stores")
    if len(content.stores) > STORES_MAX:
        yield TooManyStores(STORES_MAX)
    for position, store in enumerate(content.stores):
        yield from problems_of_store(store, position)
    yield from problems_of_account(content.bank_account)


def demand_usable(content: ApplicationContent) -> None:
    """Refuse the first of `problems_of`."""
    for problem in problems_of(content):
        raise problem


def demand_payable(account: BankAccount) -> None:
    """Refuse the first of `problems_of_account`."""
    for problem in problems_of_account(account):
        raise problem


def _problems(
    record: Business | ApplicationStore | BankAccount, fields: tuple[_Field, ...], position: int | None = None
) -> Iterator[Refusal]:
    for field in fields:
        text = getattr(record, field.name)
        if not text.strip():
            yield JoiningFieldMissing(field.name, position)
        elif len(text) > field.length_max:
            yield JoiningFieldTooLong(field.name, field.length_max, position)
        elif not (field.form or _ONE_LINE).fullmatch(text):
            yield JoiningFieldMalformed(field.name, field.example, position)
