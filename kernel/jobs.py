"""Work for later, in the same database: a job is deferred in the transaction that makes it necessary."""

import contextlib
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from sqlmodel import Session

from kernel.db import driver_connection


def new_queue(url: str, role: str) -> procrastinate.App:
    """A queue of jobs in this database, worked as this role."""
    connector = procrastinate.PsycopgConnector(
        conninfo=url, kwargs={"options": f"-c role={role} -c search_path=jobs,public"}
    )
    return procrastinate.App(connector=connector)


def defer(session: Session, task_name: str, **arguments: Any) -> None:
    """Enqueue a job in the session's transaction; one that waits already is enough."""
    with contextlib.suppress(AlreadyEnqueued), session.begin_nested():
        # The savepoint is made when the session is first asked for its connection within the block.
        connection = driver_connection(session)
        _SCHEDULER.configure_task(task_name, queueing_lock=task_name, connection=connection).defer(**arguments)


_SCHEDULER = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
