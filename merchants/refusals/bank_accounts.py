"""Expected noes about the account that a merchant is paid to."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class AccountChangeUnderWay(Refusal):
    """Another account was asked for and waits, for an answer or for its first day."""

    number: int


@dataclass(eq=False)
class AccountChangeUnknown(Refusal):
    """No change of account like this one was asked for."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class AccountChangeStepNotAllowed(Refusal):
    """A change of account takes no such step from where it stands."""

    state: str
    step: str


@dataclass(eq=False)
class AccountInForceAlready(Refusal):
    """The account is paid to already, so that it cannot be stopped any more; another one can be asked for."""

    valid_from: str


@dataclass(eq=False)
class AccountChangeReasonMissing(Refusal):
    """Whoever refuses or stops a change of account says why."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str = "reason"
