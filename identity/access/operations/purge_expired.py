"""Let go of what was kept long enough."""

from datetime import datetime

from sqlmodel import Session

from identity.access.rules.retention import RETENTIONS, years_before
from identity.access.store import readings


def purge_expired(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete rows that are older than their table keeps them, and answer how many went, by table.

    Runs in the worker. The database itself lets nothing younger go, whatever time it is told.
    """
    purges = {"readings": readings.purge_readings}
    return {
        kept.table: purges[kept.table](session, years_before(now, kept.years))
        for kept in RETENTIONS
        if kept.years is not None
    }
