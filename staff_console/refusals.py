"""Every expected no of the console itself."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class NotStaff(Refusal):
    """The code or token belongs to a resident or a shop; the console belongs to city hall."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class RoleNotAllowed(Refusal):
    """None of the clerk's roles may do this; `needed_roles` are those that may."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    needed_roles: list[str]


@dataclass(eq=False)
class DrawFileUnknown(Refusal):
    """No file of this name was published for the round."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    round_id: str
    name: str


@dataclass(eq=False)
class RollFileDiffers(Refusal):
    """The file that was sent to be imported is not the one whose changes were looked at."""
