"""What a merchant's application must look like."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from merchants.model import BankAccount, NewMerchant, NewStore, RegisteredMerchant, RegisteredStore
from merchants.refusals import MerchantAlreadyRegistered, MerchantRecordInvalid


class _Form(NamedTuple):
    field_name: str
    pattern: re.Pattern[str]


_SOME_TEXT = re.compile(r"(?=.*\S).{1,200}")
_MERCHANT_FORMS = tuple(_Form(name, _SOME_TEXT) for name in ("legal_name", "legal_kana", "trade"))
_ACCOUNT_FORMS = (
    _Form("bank_code", re.compile(r"[0-9]{4}")),
    _Form("branch_code", re.compile(r"[0-9]{3}")),
    _Form("account_number", re.compile(r"[0-9]{7}")),
    _Form("holder_kana", _SOME_TEXT),
)
_STORE_FORMS = (
    _Form("display_name", re.compile(r"(?=.*\S).{1,25}")),
    _Form("name_latin", re.compile(r"(?! )[ -~]{1,25}(?<! )")),
    _Form("district", _SOME_TEXT),
    _Form("postal_code", re.compile(r"[0-9]{3}-[0-9]{4}")),
)
"""The names of a store must fit a payment code (EMVCo merchant-presented mode: 25 characters)."""


def demand_usable_merchants(merchants: Sequence[NewMerchant]) -> None:
    """Check applications one by one.

    Refuses, in this order: MerchantRecordInvalid with the first field that is empty, too long or in another form, or
    `stores` when there is none; MerchantAlreadyRegistered for a merchant or store that is named twice.
    """
    seen: set[UUID] = set()
    for position, merchant in enumerate(merchants):
        wrong = next(_wrong_fields(merchant), None)
        if wrong:
            raise MerchantRecordInvalid(position, wrong)
        for record_id in (merchant.merchant_id, *(store.store_id for store in merchant.stores)):
            if record_id in seen:
                raise MerchantAlreadyRegistered(str(record_id))
            seen.add(record_id)


def with_codes(
    merchants: Sequence[NewMerchant], merchant_numbers: Sequence[int], store_numbers: Sequence[int]
) -> list[RegisteredMerchant]:
    """Give merchants and stores their codes in the order of the numbers: `M0001`, `S001`, longer when need be."""
    left = iter(store_numbers)
    return [
        RegisteredMerchant(
            merchant.merchant_id,
            f"M{number:04d}",
            tuple(RegisteredStore(store.store_id, f"S{next(left):03d}") for store in merchant.stores),
        )
        for merchant, number in zip(merchants, merchant_numbers, strict=True)
    ]


def _wrong_fields(merchant: NewMerchant) -> Iterator[str]:
    yield from _unfit(merchant, _MERCHANT_FORMS)
    yield from _unfit(merchant.bank_account, _ACCOUNT_FORMS)
    if not merchant.stores:
        yield "stores"
    for store in merchant.stores:
        yield from _unfit(store, _STORE_FORMS)


def _unfit(record: NewMerchant | BankAccount | NewStore, forms: Sequence[_Form]) -> Iterator[str]:
    for form in forms:
        if not form.pattern.fullmatch(getattr(record, form.field_name)):
            yield form.field_name
