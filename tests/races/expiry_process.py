"""A worker to be killed: `python expiry_process.py URL RUN NOW` works a run off, one lot at a time."""

import sys
from datetime import datetime
from uuid import UUID

from issuance.expiry.model import ExpiryRunState
from issuance.expiry.operations.execute_expiry import execute_expiry
from kernel.db import Database


def work_off(url: str, run_id: UUID, now: datetime) -> None:
    """Expire lot by lot until none is left."""
    database = Database(url, role="kashiman_worker", pool_size=1)
    state = ExpiryRunState.APPROVED
    while state is ExpiryRunState.APPROVED:
        state = database.run(lambda session: execute_expiry(session, run_id, now=now, limit=1)).state


if __name__ == "__main__":
    work_off(sys.argv[1], UUID(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
