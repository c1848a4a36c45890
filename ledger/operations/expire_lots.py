"""Expire what was not spent in time."""

from datetime import datetime

from sqlmodel import Session

from kernel.clock import city_date
from ledger.model import ExpireLot, command_key
from ledger.operations.post_journals import Outcome, post_journals
from ledger.store import reading


def expire_lots(session: Session, *, now: datetime, limit: int = 1_000) -> list[Outcome]:
    """Book the rest of lots whose last day has ended as breakage, at most `limit` at a time; empty when none is left.

    A lot that got value back after it expired is expired again, so the key carries the day.
    """
    today = city_date(now)
    commands = [
        ExpireLot(command_key("expire", f"{lot_id}/{today}"), now, lot_id)
        for lot_id in reading.lots_to_expire(session, today, limit)
    ]
    return post_journals(session, commands)
