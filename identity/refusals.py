"""Every expected no of identity."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class SignInCodeUnreadable(Refusal):
    """The text cannot be a sign-in code: too short, too long or with other characters."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class SignInCodeWrong(Refusal):
    """No valid code reads like this; nothing tells whether a part of it was right."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class SignInLocked(Refusal):
    """The code was tried wrongly too often; `locked_until` is in UTC."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    locked_until: str


@dataclass(eq=False)
class TokenMissing(Refusal):
    """The request carries no token."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class TokenInvalid(Refusal):
    """The token is not one that this system issued for this audience."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class TokenExpired(Refusal):
    """The token was genuine but its time is over; signing in again gives a new one."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    expired_at: str


@dataclass(eq=False)
class ResidentRecordInvalid(Refusal):
    """A record of an import is not usable; `position` counts from 0."""

    kind: ClassVar[Kind] = Kind.INVALID
    position: int
    field_name: str


@dataclass(eq=False)
class ResidentAlreadyKnown(Refusal):
    """A person of an import was imported before, or stands in it twice."""

    person_id: str


@dataclass(eq=False)
class HolderUnknown(Refusal):
    """No such resident, shop user or member of staff exists."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    holder_kind: str
    holder_id: str


@dataclass(eq=False)
class SignInCodesExhausted(Refusal):
    """Fewer unused codes are left than are asked for."""

    asked: int
    left: int


@dataclass(eq=False)
class DisplayNameMissing(Refusal):
    """A person who signs in needs a name that others can read."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class StaffRoleMissing(Refusal):
    """A member of staff needs at least one role."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PersonUnknown(Refusal):
    """No resident has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    person_id: str
