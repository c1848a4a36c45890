"""How long an application that could not be told of a sign-out is left alone before it is told again."""

from datetime import datetime, timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""After the last of them one more attempt is made: six in nine hours."""


def tell_again_at(failed_attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many attempts that failed, the one just now included; None is never."""
    return now + PAUSES[failed_attempts - 1] if failed_attempts <= len(PAUSES) else None
