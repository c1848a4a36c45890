"""Whether an application counts, and whether it is a new one, a change, or the same again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from issuance.model import Application, ApplicationRequest, Round, RoundRule
from issuance.refusals import (
    ApplicationIsFinal,
    ApplicationUnknown,
    ApplicationWithdrawn,
    RoundNotOpen,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from ledger.refusals import KeyReusedWithOtherContent


def application_given_before(
    request: ApplicationRequest, key: UUID | None, versions: Sequence[Application]
) -> Application | None:
    """Find the stored version that answers a request again: that of its key, or the newest one if it asks the same.

    Versions ascend. Refuses KeyReusedWithOtherContent. Answering again is right at any time, also after closing.
    """
    for version in versions:
        if key is not None and version.key == key:
            if version.units != request.units:
                raise KeyReusedWithOtherContent
            return version
    newest = versions[-1] if versions else None
    asks_the_same = newest is not None and not newest.is_withdrawn and newest.units == request.units
    return newest if asks_the_same else None


def check_application(
    request: ApplicationRequest,
    round_: Round,
    versions: Sequence[Application],
    *,
    units_left: int,
    now: datetime,
) -> None:
    """Decide a new application or a change.

    `units_left` matters to first come, first served only. Refuses, in this order: RoundNotOpen,
    ApplicationWithdrawn, ApplicationIsFinal, UnitsOutOfRange, UnitsSoldOut.
    """
    refuse_outside_window(round_, now)
    is_first_come = round_.rule is RoundRule.FIRST_COME
    if versions and versions[-1].is_withdrawn:
        raise ApplicationWithdrawn(receipt=versions[-1].receipt)
    if versions and is_first_come:
        raise ApplicationIsFinal(receipt=versions[-1].receipt)
    if type(request.units) is not int or not 1 <= request.units <= round_.max_units:
        raise UnitsOutOfRange(asked_units=request.units, max_units=round_.max_units)
    if is_first_come and request.units > units_left:
        raise UnitsSoldOut(asked_units=request.units, left_units=units_left)


def check_withdrawal(round_: Round, versions: Sequence[Application], now: datetime) -> Application:
    """Give the version to withdraw. Refuses, in this order: RoundNotOpen, ApplicationUnknown, ApplicationIsFinal."""
    refuse_outside_window(round_, now)
    if not versions:
        raise ApplicationUnknown
    if round_.rule is RoundRule.FIRST_COME:
        raise ApplicationIsFinal(receipt=versions[-1].receipt)
    return versions[-1]


def refuse_outside_window(round_: Round, now: datetime) -> None:
    """Refuse RoundNotOpen before the opening, from the closing on, and once the list was closed."""
    if not round_.takes_applications(now):
        opens_at, closes_at = round_.opens_at.isoformat(), round_.closes_at.isoformat()
        raise RoundNotOpen(opens_at=opens_at, closes_at=closes_at, asked_at=now.isoformat())
