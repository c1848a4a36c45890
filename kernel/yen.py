"""Whole yen: how an amount enters the system and how it is shown."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal

AMOUNT_YEN_MAX = 9_999_999_999
"""The largest amount a Zengin transfer record can carry (ten digits), and so the largest we accept."""


@dataclass(eq=False)
class AmountNotWholeYen(Refusal):
    """The amount is not a whole number of yen written as a JSON integer."""

    kind: ClassVar[Kind] = Kind.INVALID
    given: str


@dataclass(eq=False)
class AmountOutOfRange(Refusal):
    """The amount is smaller or larger than what may be moved at once."""

    kind: ClassVar[Kind] = Kind.INVALID
    given_yen: int
    min_yen: int
    max_yen: int


def whole_yen(value: object, *, min_yen: int = 1, max_yen: int = AMOUNT_YEN_MAX) -> int:
    """Accept an amount in yen.

    Refuses, in this order: AmountNotWholeYen for anything but an int (a bool, a float, text, full-width digits);
    AmountOutOfRange outside min_yen..max_yen.
    """
    if type(value) is not int:
        raise AmountNotWholeYen(given=str(value)[:40])
    if not min_yen <= value <= max_yen:
        raise AmountOutOfRange(given_yen=value, min_yen=min_yen, max_yen=max_yen)
    return value


def yen_text(amount_yen: int) -> str:
    """Write an amount as people read it: 1,280円."""
    return f"{amount_yen:,}円"
