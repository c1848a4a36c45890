"""Make a dry run: which lots would expire, and how much."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import ExpiryRunState
from issuance.expiry.refusals import ExpiryRunUnderWay, NothingToExpire
from issuance.expiry.rules import check_plan, digest_of
from issuance.expiry.store import runs as store
from issuance.model import Clerk
from kernel.ids import new_id


def plan_expiry(session: Session, *, through_day: date, by: Clerk, now: datetime) -> UUID:
    """List the lots whose last day and grace days are over through a city day, with a report by campaign; gives its id.

    Nothing expires yet. A dry run that nobody approved gives way to this one. `now` is the database's time
    (`kernel.database_clock`). Refuses, in this order: DeskMayNotExpire, ExpiryDayNotOver, ExpiryRunUnderWay,
    NothingToExpire.
    """
    check_plan(through_day, by, now)
    open_runs = store.lock_open_runs(session)
    for run_id, state in open_runs:
        if state is ExpiryRunState.APPROVED:
            raise ExpiryRunUnderWay(run_id=str(run_id))
    if not store.due_figures(session, through_day).lots:
        raise NothingToExpire(through_day=through_day.isoformat())

    for replaced_id, state in open_runs:
        reason = "a new dry run was made"
        store.end_run(session, replaced_id, state, ExpiryRunState.REPLACED, by.id, now, reason)
    run_id = new_id()
    store.insert_plan(session, run_id, through_day)
    digest = digest_of(through_day, store.planned_lots(session, run_id))
    store.insert_run(session, run_id, through_day, digest, by.id, now)
    return run_id
