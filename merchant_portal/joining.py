"""What an applicant types, step by step, and what becomes of it; a draft holds the fields of all steps."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from kernel.refusals import Refusal
from merchant_portal.typed_accounts import ACCOUNT_FIELDS, read_account
from merchants.model import ApplicationContent, ApplicationStore, ApplicationView, Business
from merchants.refusals import JoiningFieldMissing, PledgeNotTaken
from merchants.rules.joining import problems_of_business, problems_of_store, problems_of_trade
from merchants.rules.pledge import PLEDGE

Typed = Mapping[str, str]


class JoinStep(StrEnum):
    """One screen of the form."""

    BUSINESS = "business"
    TRADE = "trade"
    STORES = "stores"
    ACCOUNT = "account"
    PLEDGE = "pledge"
    CHECK = "check"

    @property
    def number(self) -> int:
        return list(JoinStep).index(self) + 1

    @property
    def following(self) -> "JoinStep":
        return list(JoinStep)[min(self.number, len(JoinStep) - 1)]


DISTRICTS = ("鹿島", "北鹿島", "浜", "古枝", "七浦", "能古見")
BUSINESS_FIELDS = ("legal_name", "legal_kana", "representative", "phone", "postal_code", "address")
STORE_FIELDS = ("display_name", "name_latin", "district", "postal_code", "address", "floor_m2")
_POSTAL_CODE = re.compile(r"([0-9]{3})-?([0-9]{4})")
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


class Problem(NamedTuple):
    """What is wrong, at which field of which step."""

    step: JoinStep
    field: str
    refusal: Refusal


def business_of(typed: Typed) -> Business:
    """Who applies; widths, spaces around, and hyphens in numbers do not count."""
    return Business(
        legal_name=typed.get("legal_name", "").strip(),
        legal_kana=unicodedata.normalize("NFKC", typed.get("legal_kana", "")).strip().translate(_KATAKANA),
        representative=typed.get("representative", "").strip(),
        phone=re.sub(r"[\s()\-‐ー−]", "", unicodedata.normalize("NFKC", typed.get("phone", ""))),
        postal_code=_postal_code(typed.get("postal_code", "")),
        address=typed.get("address", "").strip(),
    )


def store_of(typed: Typed, position: int) -> ApplicationStore:
    """One store of a draft; `position` counts from 0. A floor that is no number is -1."""
    fields = {name: typed.get(store_field(position, name), "").strip() for name in STORE_FIELDS}
    floor = unicodedata.normalize("NFKC", fields["floor_m2"])
    return ApplicationStore(
        display_name=fields["display_name"],
        name_latin=unicodedata.normalize("NFKC", fields["name_latin"]),
        district=fields["district"] if fields["district"] in DISTRICTS else "",
        postal_code=_postal_code(fields["postal_code"]),
        address=fields["address"],
        floor_m2=int(floor) if re.fullmatch(r"[0-9]{1,6}", floor) else -1,
    )


def store_field(position: int, name: str) -> str:
    """What a draft calls a field of a store."""
    return f"store_{position}_{name}"


def store_count(typed: Typed) -> int:
    """How many stores a draft has; a new one has none."""
    count = typed.get("store_count", "")
    return int(count) if count.isdigit() else 0


def content_of(typed: Typed) -> ApplicationContent:
    """Everything that was typed, as it would be sent in."""
    return ApplicationContent(
        business=business_of(typed),
        trade=typed.get("trade", ""),
        stores=tuple(store_of(typed, position) for position in range(store_count(typed))),
        bank_account=read_account(typed).account,
        pledge_version=typed.get("pledge_version", ""),
    )


def typed_again(view: ApplicationView) -> dict[str, str]:
    """The draft of a correction: what was sent in last, with the pledge to be read again."""
    content, account = view.content, view.content.bank_account
    typed = {name: str(getattr(content.business, name)) for name in BUSINESS_FIELDS}
    typed |= {"trade": content.trade, "store_count": str(len(content.stores))}
    for position, store in enumerate(content.stores):
        typed |= {store_field(position, name): str(getattr(store, name)) for name in STORE_FIELDS}
    return typed | {name: str(getattr(account, name)) for name in ACCOUNT_FIELDS}


def problems_of_step(step: JoinStep, typed: Typed, position: int | None = None) -> list[Problem]:
    """What is wrong on a screen; for the stores on that of one store, or on all of them."""
    if step is JoinStep.BUSINESS:
        return _problems(step, problems_of_business(business_of(typed)))
    if step is JoinStep.TRADE:
        return _problems(step, problems_of_trade(typed.get("trade", "")))
    if step is JoinStep.STORES:
        return _problems_of_stores(typed, position)
    if step is JoinStep.ACCOUNT:
        return _problems(step, read_account(typed).problems)
    if step is JoinStep.PLEDGE:
        return [] if typed.get("pledge_version") == PLEDGE.version else [Problem(step, "pledge", PledgeNotTaken())]
    return [problem for each in JoinStep if each is not JoinStep.CHECK for problem in problems_of_step(each, typed)]


def without_store(typed: Typed, position: int) -> dict[str, str]:
    """The draft without one store; those after it move up."""
    count = store_count(typed)
    stores = [
        {name: typed.get(store_field(each, name), "") for name in STORE_FIELDS}
        for each in range(count)
        if each != position
    ]
    kept = {name: value for name, value in typed.items() if not re.fullmatch(r"store_\d+_\w+", name)}
    kept["store_count"] = str(len(stores))
    for place, store in enumerate(stores):
        kept |= {store_field(place, name): value for name, value in store.items()}
    return kept


def _problems_of_stores(typed: Typed, position: int | None) -> list[Problem]:
    step, count = JoinStep.STORES, store_count(typed)
    if not count:
        return [Problem(step, "display_name", JoiningFieldMissing("stores"))]
    positions = range(count) if position is None else [position]
    return [
        problem for each in positions for problem in _problems(step, problems_of_store(store_of(typed, each), each))
    ]


def _problems(step: JoinStep, refusals: Iterable[Refusal]) -> list[Problem]:
    return [Problem(step, str(refusal.facts["field_name"]), refusal) for refusal in refusals]


def _postal_code(typed: str) -> str:
    text = re.sub(r"[\s〒]", "", unicodedata.normalize("NFKC", typed))
    for dash in "‐ー−―":
        text = text.replace(dash, "-")
    match = _POSTAL_CODE.fullmatch(text)
    return f"{match[1]}-{match[2]}" if match else text
