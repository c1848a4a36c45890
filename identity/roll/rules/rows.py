"""What one row of an extract says, or all that is wrong with it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from identity.roll.model import (
    Movement,
    ResidenceEventKind,
    ResidentFacts,
    RollDeparture,
    RollLayout,
    RollResident,
    RowFault,
    RowProblem,
)
from identity.roll.rules.dates import read_date
from identity.roll.rules.digests import address_digest, household_of, name_birth_digest, roll_digest
from identity.roll.rules.text import normal_kana, normal_name, normal_number, normal_postal_code

Value = TypeVar("Value")

BORN_FROM = date(1870, 1, 1)
CHARACTERS_MAX = 200
_UNUSABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufffd]")


class RowReader:
    """Reads the cells of one row and collects what is wrong with them; cells go by the names of RollLayout's fields."""

    def __init__(self, row: int, cells: Mapping[str, str], layout: RollLayout) -> None:
        self.row, self.cells, self.layout = row, cells, layout
        self.problems: list[RowProblem] = []

    def needed(self, name: str, read: Callable[[str], Value | None], fault: RowFault, otherwise: Value) -> Value:
        """The value of a cell that must not be empty; `otherwise` stands in for one with a fault."""
        cell = self.cells[name]
        if not cell or cell.isspace():
            return self._wrong(name, RowFault.EMPTY, otherwise)
        return self.optional(name, read, fault, otherwise)

    def optional(self, name: str, read: Callable[[str], Value | None], fault: RowFault, otherwise: Value) -> Value:
        """The value of a cell; `otherwise` stands in for an empty one, or one with a fault."""
        cell = self.cells.get(name, "")
        if not cell or cell.isspace():
            return otherwise
        if len(cell) > CHARACTERS_MAX:
            return self._wrong(name, RowFault.TOO_LONG, otherwise)
        if _UNUSABLE.search(cell):
            return self._wrong(name, RowFault.CHARACTER_UNUSABLE, otherwise)
        value = read(cell)
        return self._wrong(name, fault, otherwise) if value is None else value

    def day(self, name: str, base_date: date, *, is_needed: bool) -> date | None:
        """A day that is not after the base date; None when it is empty or has a fault."""
        read = self.needed if is_needed else self.optional
        day = read(name, read_date, RowFault.DATE_UNREADABLE, date.min)
        if day > base_date:
            return self._wrong(name, RowFault.DATE_AFTER_BASE_DATE, None)
        return None if day == date.min else day

    def wrong(self, name: str, fault: RowFault) -> None:
        """Note a fault of a cell."""
        self.problems.append(RowProblem(self.row, getattr(self.layout, name), fault))

    def _wrong(self, name: str, fault: RowFault, otherwise: Value) -> Value:
        self.wrong(name, fault)
        return otherwise


def read_row(reader: RowReader, *, key: bytes, base_date: date) -> RollResident | RollDeparture | None:
    """What a row says; None when the reader then has problems.

    Of somebody who left only the number and the day are read: the other cells may tell of life elsewhere.
    """
    number = reader.needed("roll_number", normal_number, RowFault.NUMBER_UNREADABLE, "")
    digest = roll_digest(key, number)
    movement = reader.needed("movement", _movement_in(reader.layout), RowFault.MOVEMENT_UNKNOWN, None)
    match movement:
        case Movement.RESIDENT:
            return _read_resident(reader, digest, key, base_date)
        case Movement.MOVED_OUT | Movement.DIED:
            left_on = reader.day("moved_on", base_date, is_needed=True)
            kind = ResidenceEventKind(movement.value)
            return RollDeparture(digest, kind, left_on) if left_on and not reader.problems else None
    return None


def _movement_in(layout: RollLayout) -> Callable[[str], Movement | None]:
    return lambda cell: layout.movement_words.get(normal_name(cell))


def _read_resident(reader: RowReader, digest: bytes, key: bytes, base_date: date) -> RollResident | None:
    facts, street = _read_facts(reader, key, base_date)
    since = reader.day("resident_since", base_date, is_needed=False)
    if reader.problems:
        return None
    return RollResident(
        roll_digest=digest,
        facts=facts,
        name_birth_digest=name_birth_digest(key, facts.family_kana, facts.given_kana, facts.birth_date),
        address_digest=address_digest(key, street),
        resident_since=since,
    )


def _read_facts(reader: RowReader, key: bytes, base_date: date) -> tuple[ResidentFacts, str]:
    """The facts of a resident, and the address without the building."""
    street = reader.needed("address", _as_written, RowFault.EMPTY, "")
    building = reader.optional("building", _as_written, RowFault.EMPTY, "")
    household = reader.needed("household_number", normal_number, RowFault.NUMBER_UNREADABLE, "")
    born_on = reader.day("birth_date", base_date, is_needed=True)
    if born_on and born_on < BORN_FROM:
        reader.wrong("birth_date", RowFault.DATE_TOO_EARLY)
    facts = ResidentFacts(
        household_id=household_of(key, household),
        family_name=reader.needed("family_name", normal_name, RowFault.EMPTY, ""),
        given_name=reader.needed("given_name", normal_name, RowFault.EMPTY, ""),
        family_kana=reader.needed("family_kana", normal_kana, RowFault.KANA_UNREADABLE, ""),
        given_kana=reader.needed("given_kana", normal_kana, RowFault.KANA_UNREADABLE, ""),
        birth_date=born_on or date.min,
        district=reader.needed("district", normal_name, RowFault.EMPTY, ""),
        address=f"{street}　{building}" if building else street,
        postal_code=reader.needed("postal_code", normal_postal_code, RowFault.POSTAL_CODE_UNREADABLE, ""),
    )
    return facts, street


def _as_written(cell: str) -> str:
    return cell.strip()
