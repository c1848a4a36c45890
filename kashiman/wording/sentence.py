"""Write a sentence around facts: yen as 1,200円, days as 11月20日, states by their names.

In a sentence `{name}` is a fact and `{name+1}` a count from 0 as people count; `[…]` is a clause that is left out when
one of its facts is missing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.clock import CITY_ZONE

CLAUSE = re.compile(r"\[([^\[\]]*)\]")
PLACE = re.compile(r"\{(\w+)(\+1)?\}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
MISSING = "―"
NAMED_FACTS = frozenset(
    {"account_kind", "asked", "credit_kind", "debit_kind", "desk", "earlier", "field", "field_name", "fields"}
    | {"from_state", "from_status", "holder_kind", "journal_kind", "later", "member", "method", "missing", "name"}
    | {"needed", "needed_roles", "offered", "part", "reason", "state", "status", "to_state", "to_status"}
)
"""Facts whose values are names of the code's own, such as states and fields; a tongue may have a word for them."""


@dataclass(frozen=True)
class Tongue:
    """One language: its sentences by code, its words for names, and how it writes money, days and lists."""

    sentences: Mapping[str, str]
    words: Mapping[str, str]
    unknown: str
    yen: Callable[[int], str]
    day: Callable[[date], str]
    instant: Callable[[datetime], str]
    between: str


def write_sentence(template: str, facts: Mapping[str, Any], tongue: Tongue) -> str:
    """Fill a template with facts as people of this tongue read them; a missing fact never raises."""
    written = {name: _write(name, value, tongue) for name, value in facts.items() if value not in (None, "", (), [])}
    chosen = CLAUSE.sub(lambda clause: _clause(clause[1], written), template)
    sentence = PLACE.sub(lambda place: _fill(place, facts, written), chosen)
    return sentence[:1].upper() + sentence[1:]


def _clause(clause: str, written: Mapping[str, str]) -> str:
    return clause if all(place[1] in written for place in PLACE.finditer(clause)) else ""


def _fill(place: re.Match[str], facts: Mapping[str, Any], written: Mapping[str, str]) -> str:
    value = facts.get(place[1])
    if place[2] and type(value) is int:
        return str(value + 1)
    return written.get(place[1], MISSING)


def _write(name: str, value: Any, tongue: Tongue) -> str:
    if isinstance(value, list | tuple):
        return tongue.between.join(_write(name, item, tongue) for item in value)
    if type(value) is int:
        return tongue.yen(value) if name.endswith("_yen") else _number(value)
    text = str(value)
    if name in NAMED_FACTS:
        return tongue.words.get(text, text)
    return _time(text, tongue)


def _number(value: int) -> str:
    """A count; years and other short numbers stay without a separator."""
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def _time(text: str, tongue: Tongue) -> str:
    """A day or an instant as people say it, in city time; any other text as it is."""
    try:
        if DAY.fullmatch(text):
            return tongue.day(date.fromisoformat(text))
        if INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return tongue.instant(at.astimezone(CITY_ZONE) if at.tzinfo else at)
    except ValueError:
        return text
    return text
