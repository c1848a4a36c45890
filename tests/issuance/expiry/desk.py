"""Lots that are over, and the people who let them expire."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from issuance.expiry.model import ExpiryBatch, ExpiryReversal, ExpiryRun, ReversalBatch
from issuance.expiry.operations.approve_expiry import approve_expiry
from issuance.expiry.operations.ask_expiry_reversal import ask_expiry_reversal
from issuance.expiry.operations.confirm_expiry_reversal import confirm_expiry_reversal
from issuance.expiry.operations.execute_expiry import execute_expiry
from issuance.expiry.operations.execute_expiry_reversal import execute_expiry_reversal
from issuance.expiry.operations.plan_expiry import plan_expiry
from issuance.expiry.queries import find_reversal, find_run
from issuance.model import Clerk, Desk
from kernel.db import Database
from tests.ledger.books import AFTER_EXPIRY

FUMI, KENJI, HELP = Clerk(UUID(int=0xF1), Desk.FINANCE), Clerk(UUID(int=0xF2), Desk.COMMERCE), Desk.HELP
THROUGH = date(2026, 8, 10)
"""The last day of the lots that the tests of the books sell with short terms."""
NEW_LAST_DAY = date(2026, 9, 30)


class ExpiryDesk:
    """Two people and a worker, one transaction for each thing that they do."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.staff = make_database("kashiman_staff")
        self.worker = make_database("kashiman_worker")
        self.pay = make_database("kashiman_pay")

    def plan(self, through_day: date = THROUGH, *, by: Clerk = FUMI, now: datetime = AFTER_EXPIRY) -> ExpiryRun:
        run_id = self.staff.run(lambda session: plan_expiry(session, through_day=through_day, by=by, now=now))
        return self.run(run_id)

    def approve(self, run: ExpiryRun, *, by: Clerk = KENJI, now: datetime = AFTER_EXPIRY) -> ExpiryRun:
        self.staff.run(lambda session: approve_expiry(session, run.id, digest=run.digest, by=by, now=now))
        return self.run(run.id)

    def approved(self, through_day: date = THROUGH, *, now: datetime = AFTER_EXPIRY) -> ExpiryRun:
        return self.approve(self.plan(through_day, now=now), now=now)

    def batch(self, run: ExpiryRun, *, limit: int = 500, now: datetime = AFTER_EXPIRY) -> ExpiryBatch:
        return self.worker.run(lambda session: execute_expiry(session, run.id, now=now, limit=limit))

    def executed(self, through_day: date = THROUGH, *, now: datetime = AFTER_EXPIRY) -> ExpiryRun:
        """A run that was planned, approved and worked off."""
        run = self.approved(through_day, now=now)
        self.batch(run, now=now)
        return self.run(run.id)

    def run(self, run_id: UUID) -> ExpiryRun:
        found = self.staff.run(lambda session: find_run(session, run_id))
        assert found is not None
        return found

    def ask(
        self,
        run: ExpiryRun,
        *,
        reason: str = "利用期限の設定の誤り",
        last_day: date = NEW_LAST_DAY,
        by: Clerk = FUMI,
        now: datetime = AFTER_EXPIRY,
        wallet_id: UUID | None = None,
        lot_id: UUID | None = None,
    ) -> ExpiryReversal:
        asked = {"reason": reason, "last_day": last_day, "wallet_id": wallet_id, "lot_id": lot_id}
        reversal_id = self.staff.run(
            lambda session: ask_expiry_reversal(session, run.id, by=by, now=now, **asked)  # type: ignore[arg-type]
        )
        return self.reversal(reversal_id)

    def confirm(self, reversal: ExpiryReversal, *, by: Clerk = KENJI, now: datetime = AFTER_EXPIRY) -> ExpiryReversal:
        self.staff.run(lambda session: confirm_expiry_reversal(session, reversal.id, by=by, now=now))
        return self.reversal(reversal.id)

    def give_back(self, reversal: ExpiryReversal, *, limit: int = 500, now: datetime = AFTER_EXPIRY) -> ReversalBatch:
        return self.worker.run(lambda session: execute_expiry_reversal(session, reversal.id, now=now, limit=limit))

    def reversal(self, reversal_id: UUID) -> ExpiryReversal:
        found = self.staff.run(lambda session: find_reversal(session, reversal_id))
        assert found is not None
        return found


def ids_of(batch: ExpiryBatch) -> Sequence[UUID]:
    """The lots of a batch."""
    return [lot.lot_id for lot in batch.expired]
