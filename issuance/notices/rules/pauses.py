"""How long a door that could not deliver is left alone."""

from datetime import datetime, timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""All of them end within the day for which LINE knows a key again (developers.line.biz, "Retry a failed request")."""


def try_again_at(failed_attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many attempts that failed, the one just now included; None: the inbox takes over."""
    return now + PAUSES[failed_attempts - 1] if failed_attempts <= len(PAUSES) else None
