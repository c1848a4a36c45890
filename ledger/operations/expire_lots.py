"""Expire what was not spent in time."""

from datetime import datetime

from sqlmodel import Session

from kernel.clock import city_date
from kernel.ids import new_id
from ledger.model import ExpireLot, command_key
from ledger.operations.post_journals import Outcome, post_journals
from ledger.store import reading


def expire_lots(session: Session, *, now: datetime, limit: int = 1_000) -> list[Outcome]:
    """Book the rest of lots whose last day has ended as breakage, at most `limit` at a time; empty when none is left.

    What is to expire follows from the lots themselves, so each attempt has a key of its own.
    """
    commands = [
        ExpireLot(command_key("expire", str(new_id())), now, lot_id)
        for lot_id in reading.lots_to_expire(session, city_date(now), limit)
    ]
    return post_journals(session, commands)
