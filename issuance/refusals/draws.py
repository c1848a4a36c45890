"""Lists and draws."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class RoundStillOpen(Refusal):
    """The list can be closed only when the application window has ended."""

    closes_at: str


@dataclass(eq=False)
class RoundNeverOpened(Refusal):
    """The application window ended and the rule sheet was never published, so nobody could apply."""

    closes_at: str


@dataclass(eq=False)
class RoundNotReady(Refusal):
    """The round is not at the step that this one follows."""

    state: str
    needed: str


@dataclass(eq=False)
class RoundHasNoDraw(Refusal):
    """The round is first come, first served: nothing is drawn."""

    round_slug: str


@dataclass(eq=False)
class DrawFactNotHex(Refusal):
    """A secret or a signature is not written as lower-case hex digits."""

    kind: ClassVar[Kind] = Kind.INVALID
    name: str


@dataclass(eq=False)
class RoundAlreadyDrawn(Refusal):
    """The round was drawn with another signature."""

    round_slug: str
