"""Every expected no of the roll. None repeats what a cell holds, and each leaves everything as it was."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from identity.model import Holder, HolderKind
from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class RollFileUndecodable(Refusal):
    """The file is neither wholly UTF-8 nor wholly CP932; `byte` counts from 1 in the file, `row` is where it stands."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    encoding: str
    row: int
    byte: int


@dataclass(eq=False)
class RollRowUnreadable(Refusal):
    """A row does not follow the rules of CSV (RFC 4180), such as a quotation mark that is never closed."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    row: int


@dataclass(eq=False)
class RollColumnsMissing(Refusal):
    """The header row does not name these columns, or there is no header row."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    columns: tuple[str, ...]


@dataclass(eq=False)
class RollColumnTwice(Refusal):
    """The header row names a column twice."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    column: str


@dataclass(eq=False)
class RollHasNoRows(Refusal):
    """Nobody stands in the file."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class RollHoldsMyNumber(Refusal):
    """Cells of the file hold a My Number; the first of them are named by row and column."""

    kind: ClassVar[Kind] = Kind.INVALID
    cell_count: int
    row: int
    column: str
    cells: tuple[tuple[int, str], ...]


@dataclass(eq=False)
class RollRowsUnusable(Refusal):
    """Rows have faults; the first of them are named by row, column and fault."""

    kind: ClassVar[Kind] = Kind.INVALID
    problem_count: int
    row: int
    column: str
    problems: tuple[tuple[int, str, str], ...]


@dataclass(eq=False)
class RollBaseDateInFuture(Refusal):
    """The day of which the roll is said to be an extract has not come yet."""

    kind: ClassVar[Kind] = Kind.INVALID
    base_date: str


@dataclass(eq=False)
class RollOlderThanLast(Refusal):
    """The roll was already imported as it stood on a later day."""

    base_date: str
    last_base_date: str


@dataclass(eq=False)
class PersonHasDied(Refusal):
    """The roll records that this resident died; nobody signs in as them, whatever they bring."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    person_id: str

    @property
    def holder(self) -> Holder:
        """Whose name was used, for the log."""
        return Holder(HolderKind.RESIDENT, UUID(self.person_id))
