"""Close the books through a day."""

from datetime import date, datetime

from sqlmodel import Session

from kernel.clock import city_date
from ledger.refusals import PeriodIsClosed, PeriodNotOver
from ledger.store import totals


def close_period(session: Session, *, closed_through: date, closed_by: str, now: datetime) -> None:
    """Close the books through a city day: no event may be dated on or before it any more.

    Waits for postings under way. `closed_by` is the id of the clerk. A close is never undone. Refuses: PeriodNotOver
    for today and later days, PeriodIsClosed when that day or a later one is closed already.
    """
    today = city_date(now)
    if closed_through >= today:
        raise PeriodNotOver(asked_day=closed_through.isoformat(), today=today.isoformat())
    newest = totals.close_through(session, closed_through, closed_by)
    if newest is not None:
        raise PeriodIsClosed(event_day=closed_through.isoformat(), closed_through=newest.isoformat())
