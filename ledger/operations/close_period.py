"""Close the books through a day."""

from datetime import date

from sqlmodel import Session

from ledger.refusals import PeriodIsClosed
from ledger.store import totals


def close_period(session: Session, *, closed_through: date, closed_by: str) -> None:
    """Close the books through a city day: no event may be dated on or before it any more.

    Waits for postings under way. `closed_by` is the id of the clerk. Refuses: PeriodIsClosed when that day or a later
    one is closed already.
    """
    if not totals.close_through(session, closed_through, closed_by):
        day = closed_through.isoformat()
        raise PeriodIsClosed(event_day=day, closed_through=day)
