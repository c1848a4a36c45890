"""Grants and purchases."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class GrantUnknown(Refusal):
    """Nothing was granted that this wallet could buy here."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class CampaignNotSelling(Refusal):
    """The campaign does not sell in this state."""

    state: str


@dataclass(eq=False)
class PayWindowNotOpen(Refusal):
    """Granted units can be bought from one instant until another, and it is not now."""

    pay_from: str
    pay_until: str


@dataclass(eq=False)
class UnitsExceedGrant(Refusal):
    """More units were asked for than are left of the grant."""

    asked_units: int
    left_units: int


@dataclass(eq=False)
class PurchaseUnknown(Refusal):
    """No purchase has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    purchase_id: str


@dataclass(eq=False)
class PurchaseMoveNotLegal(Refusal):
    """A purchase in this state cannot move to that one."""

    from_state: str
    to_state: str
