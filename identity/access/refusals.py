"""Every expected no of access."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """Personal data are read for a reason, and none was given."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class ReasonTooVague(Refusal):
    """The reason tells the person nothing: too few letters, always the same, or an empty phrase."""

    kind: ClassVar[Kind] = Kind.INVALID
    letters_min: int


@dataclass(eq=False)
class ReasonTooLong(Refusal):
    """The reason is longer than a reason needs to be."""

    kind: ClassVar[Kind] = Kind.INVALID
    characters_max: int


@dataclass(eq=False)
class CaseReferenceMissing(Refusal):
    """This reason needs the number of the document that it rests on."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class CaseReferenceTooLong(Refusal):
    """The number of a document is longer than such numbers are."""

    kind: ClassVar[Kind] = Kind.INVALID
    characters_max: int


@dataclass(eq=False)
class PersonalDataNotForDesk(Refusal):
    """No role of this member of staff may read all of these fields."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    fields: tuple[str, ...]


@dataclass(eq=False)
class SearchFindsTooMany(Refusal):
    """More people match than a search may show; nobody was shown."""

    kind: ClassVar[Kind] = Kind.INVALID
    people_max: int


@dataclass(eq=False)
class AuditKindUnknown(Refusal):
    """An event's kind is not `subject.verb` with a subject that the log knows."""

    kind: ClassVar[Kind] = Kind.INVALID
    event_kind: str


@dataclass(eq=False)
class AuditFactUnusable(Refusal):
    """A fact of an event has a name or a value that a log cannot hold; the value is not repeated."""

    kind: ClassVar[Kind] = Kind.INVALID
    fact_name: str


@dataclass(eq=False)
class AuditFactHoldsSecret(Refusal):
    """A fact of an event looks like a token, a code, a secret or personal data; the value is not repeated."""

    kind: ClassVar[Kind] = Kind.INVALID
    fact_name: str


@dataclass(eq=False)
class DeletionNeedsTwoPeople(Refusal):
    """A person is erased by two different members of staff."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class DeletionNotForDesk(Refusal):
    """One of the two members of staff has no role that erases people."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    staff_id: str


@dataclass(eq=False)
class PersonStillHasValue(Refusal):
    """The person's wallet still holds value, which would belong to nobody."""

    person_id: str


@dataclass(eq=False)
class DeletionAlreadyRequested(Refusal):
    """Somebody already asked for this deletion, and it waits for a second member of staff."""


@dataclass(eq=False)
class DeletionNotRequested(Refusal):
    """No such request waits: it was never made, or was confirmed or withdrawn."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
