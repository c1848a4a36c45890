"""Give back what was held past its deadline."""

from datetime import datetime

from sqlmodel import Session

from kernel.ids import new_id
from ledger.model import ReleaseHold, command_key
from ledger.operations.post_journals import Outcome, post_journals
from ledger.store import reading


def release_overdue_holds(session: Session, *, now: datetime, limit: int = 1_000) -> list[Outcome]:
    """Release holds whose deadline has passed, at most `limit` at a time; empty when none is left.

    A hold is released once whatever its key, so each attempt has a key of its own and none can be burnt for good.
    """
    commands = [
        ReleaseHold(command_key("release-overdue", str(new_id())), now, hold_id)
        for hold_id in reading.holds_to_release(session, now, limit)
    ]
    return post_journals(session, commands)
