"""Refusals of the wallet itself."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class NotAResident(Refusal):
    """The token belongs to a shop or to staff; a wallet belongs to a resident."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
