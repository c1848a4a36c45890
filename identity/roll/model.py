"""The vocabulary of the resident roll: how an extract is laid out, what one row says, and what an import changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Movement(StrEnum):
    """What a row says of somebody: lives here, moved out, died."""

    RESIDENT = "resident"
    MOVED_OUT = "moved_out"
    DIED = "died"


class ResidenceEventKind(StrEnum):
    """What happened to somebody known: moved out, died, or lives here again (also when a move was called off)."""

    MOVED_OUT = "moved_out"
    DIED = "died"
    RETURNED = "returned"


class RowFault(StrEnum):
    """What is wrong with one cell or row of an extract."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTER_UNUSABLE = "character_unusable"
    NUMBER_UNREADABLE = "number_unreadable"
    NUMBER_TWICE = "number_twice"
    KANA_UNREADABLE = "kana_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    DATE_AFTER_BASE_DATE = "date_after_base_date"
    DATE_TOO_EARLY = "date_too_early"
    POSTAL_CODE_UNREADABLE = "postal_code_unreadable"
    MOVEMENT_UNKNOWN = "movement_unknown"
    CELLS_MISCOUNTED = "cells_miscounted"


FAULT_WORDS: Mapping[RowFault, str] = {
    RowFault.EMPTY: "空欄です",
    RowFault.TOO_LONG: "長すぎます",
    RowFault.CHARACTER_UNUSABLE: "使えない文字（制御文字など）があります",
    RowFault.NUMBER_UNREADABLE: "番号として読み取れません",
    RowFault.NUMBER_TWICE: "同じ番号の行がほかにもあります",
    RowFault.KANA_UNREADABLE: "カタカナ以外の文字があります",
    RowFault.DATE_UNREADABLE: "日付として読み取れません",
    RowFault.DATE_AFTER_BASE_DATE: "基準日より後の日付です",
    RowFault.DATE_TOO_EARLY: "日付が古すぎます",
    RowFault.POSTAL_CODE_UNREADABLE: "郵便番号として読み取れません",
    RowFault.MOVEMENT_UNKNOWN: "住民・転出・死亡のどれでもありません",
    RowFault.CELLS_MISCOUNTED: "列の数が見出しの行と違います",
}
"""What a clerk reads of each fault."""


class RowProblem(NamedTuple):
    """One fault: the row as a spreadsheet counts it (the header is row 1), the column as the file names it."""

    row: int
    column: str
    fault: RowFault


MOVEMENT_WORDS: Mapping[str, Movement] = {
    "住民": Movement.RESIDENT,
    "転出": Movement.MOVED_OUT,
    "死亡": Movement.DIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLayout:
    """The names of the columns in the header row, and the words of the column that says who left.

    `building` and `resident_since` may be missing from a file. `moved_on` is the day of moving out or of death; of
    residents it is not read, because it may be the day of any change.
    """

    roll_number: str = "住民番号"
    household_number: str = "世帯番号"
    family_name: str = "氏"
    given_name: str = "名"
    family_kana: str = "氏カナ"
    given_kana: str = "名カナ"
    birth_date: str = "生年月日"
    address: str = "住所"
    building: str = "方書"
    district: str = "行政区"
    postal_code: str = "郵便番号"
    movement: str = "異動区分"
    moved_on: str = "異動日"
    resident_since: str = "住民となった年月日"
    movement_words: Mapping[str, Movement] = field(default_factory=lambda: MOVEMENT_WORDS)


DEFAULT_LAYOUT = RollLayout()
OPTIONAL_COLUMNS = frozenset({"building", "resident_since"})


class ResidentFacts(NamedTuple):
    """What is registered of a resident and may change; the address is as the roll writes it."""

    household_id: UUID
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_date: date
    district: str
    address: str
    postal_code: str


class RollResident(NamedTuple):
    """A row about somebody who lives here; digests are HMAC-SHA256."""

    roll_digest: bytes
    facts: ResidentFacts
    name_birth_digest: bytes
    address_digest: bytes
    resident_since: date | None


class RollDeparture(NamedTuple):
    """A row about somebody who moved out or died."""

    roll_digest: bytes
    kind: ResidenceEventKind
    left_on: date


class RollExtract(NamedTuple):
    """A file of the roll as it was read: its SHA-256 in hexadecimal, its rows, the columns that were not kept."""

    file_sha256: str
    base_date: date
    residents: tuple[RollResident, ...]
    departures: tuple[RollDeparture, ...]
    columns_not_kept: tuple[str, ...]

    @property
    def rows(self) -> tuple[RollResident | RollDeparture, ...]:
        return (*self.residents, *self.departures)


class RollEntry(NamedTuple):
    """What is kept of somebody on the roll; `resident_since` is None when the roll never told it.

    `facts` are an extract's, where they are registered already or are to be; where they are None, something else may
    be registered, which an import need not know.
    """

    person_id: UUID
    roll_digest: bytes
    name_birth_digest: bytes
    address_digest: bytes
    resident_since: date | None
    moved_out_on: date | None
    died_on: date | None
    facts: ResidentFacts | None

    @property
    def has_left(self) -> bool:
        return self.moved_out_on is not None or self.died_on is not None


class ResidenceEvent(NamedTuple):
    """Somebody left or lives here again, from a day on."""

    person_id: UUID
    kind: ResidenceEventKind
    effective_on: date


class RollCounts(NamedTuple):
    """How many rows led to what.

    A stranger who left is passed over: nothing is kept of them. `absent` are residents who are not in the file; they
    stay residents. The others add up to the rows.
    """

    added: int = 0
    changed: int = 0
    moved_out: int = 0
    died: int = 0
    returned: int = 0
    unchanged: int = 0
    passed_over: int = 0
    absent: int = 0


class RollChanges(NamedTuple):
    """What an extract changes: people to add, entries to correct, events to record, and everybody it names."""

    added: tuple[RollResident, ...]
    corrected: tuple[RollEntry, ...]
    events: tuple[ResidenceEvent, ...]
    named: tuple[UUID, ...]
    counts: RollCounts


@dataclass(frozen=True, slots=True)
class RollImport:
    """An import on record: numbered from 1, with the clerk who did it."""

    id: UUID
    number: int
    base_date: date
    file_sha256: str
    imported_by: UUID
    imported_at: datetime
    counts: RollCounts


@dataclass(frozen=True, slots=True)
class RollPreview:
    """What an import would change, and the names of the columns that would not be kept."""

    counts: RollCounts
    columns_not_kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportedRoll:
    """What an import changed, and the names of the columns that were not kept; `is_replay` when it was done before.

    `died` are the people of whom it told that they died; nobody may sign in as them any more.
    """

    on_record: RollImport
    columns_not_kept: tuple[str, ...]
    is_replay: bool
    died: tuple[UUID, ...] = ()
