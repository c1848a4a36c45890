"""Every expected no of reading or writing a code."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class CodeUnreadable(Refusal):
    """The text is not a well-formed code; `reason` is a clause for the log and the help desk."""

    kind: ClassVar[Kind] = Kind.INVALID
    reason: str


@dataclass(eq=False)
class CodeChecksumWrong(Refusal):
    """The code was misread or altered: its checksum does not match its text."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class CodeOfAnotherScheme(Refusal):
    """The code is well formed but belongs to another payment scheme or city."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class CodeSignatureInvalid(Refusal):
    """The code claims to be the city's but its signature is missing or does not match."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class CodeKeyUnknown(Refusal):
    """The code names a signing key that the city does not accept."""

    kind: ClassVar[Kind] = Kind.INVALID
    key_id: str


@dataclass(eq=False)
class CodeNotWritable(Refusal):
    """A fact does not fit the place that the format gives it; `part` names the fact."""

    kind: ClassVar[Kind] = Kind.INVALID
    part: str
    reason: str
