"""What time it is by the database's clock, for steps whose day must not depend on whoever asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlmodel import Session

from kernel.clock import Clock, SystemClock
from kernel.db import driver_connection
from kernel.refusals import BooksBroken, Kind, Refusal

CLOCKS_DIFFER_MAX = timedelta(minutes=1)
MACHINE = SystemClock()


@dataclass(eq=False)
class ClocksDisagree(Refusal):
    """The clocks of this machine and of the database are too far apart to know what day it is; whole seconds."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    difference_s: int
    max_s: int


def database_time(session: Session, clock: Clock) -> datetime:
    """What `clock` would show if this machine's clock were the database's; aware UTC.

    The database is asked between two looks at the machine's clock, and its answer differs from it by what lies outside
    of the two. Clocks that agree so change nothing: a clock set for a simulation stays where it stands.
    Refuses ClocksDisagree for more than a minute.
    """
    before = MACHINE.now()
    row = driver_connection(session).execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise BooksBroken("the database did not tell the time")
    at: datetime = row[0]
    difference = _difference(before, at)
    if abs(difference) > CLOCKS_DIFFER_MAX:
        seconds = round(difference.total_seconds())
        raise ClocksDisagree(difference_s=seconds, max_s=round(CLOCKS_DIFFER_MAX.total_seconds()))
    return clock.now() + difference


def told_time(clock: Clock, *, asked_at: datetime, told_at: datetime) -> datetime:
    """What `clock` would show if this machine's clock were the database's, however wrong that is; aware UTC.

    For a statement that tells the time beside its rows: `asked_at` is what `MACHINE` showed before it was sent,
    `told_at` the database's answer.
    """
    difference = _difference(asked_at, told_at)
    return clock.now() + difference


def _difference(asked_at: datetime, told_at: datetime) -> timedelta:
    """By how much the database's answer lies outside of the two looks at this machine's clock around it."""
    return min(told_at - asked_at, timedelta(0)) + max(told_at - MACHINE.now(), timedelta(0))
