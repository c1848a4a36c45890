"""Why a payout could not be booked."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class PayoutNotAddingUp(Refusal):
    """The entries of the payout do not sum to what was paid out; nothing was booked."""

    payout_id: str
    amount_yen: int
    entries_yen: int
    fees_yen: int


@dataclass(eq=False)
class PayoutNotBookable(Refusal):
    """The books have no move for this payout, such as one that takes money from the city; nothing was booked."""

    payout_id: str
    amount_yen: int


@dataclass(eq=False)
class PayoutNotThereYet(Refusal):
    """The payout has not arrived, or the provider cannot say yet what it is made of."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    payout_id: str
    status: str
