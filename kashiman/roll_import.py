"""Importing an extract of the resident roll from a terminal, at the installation's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from identity.access.model import ActorKind, AuditEvent, EventOutcome
from identity.access.operations.record_events import record_events
from identity.doors.refusals import StaffRoleNeeded
from identity.model import Holder, HolderKind, StaffRole
from identity.provider.operations.end_sessions_of_the_dead import end_sessions_of_the_dead
from identity.queries import signed_in_of
from identity.refusals import HolderUnknown
from identity.roll.model import FAULT_WORDS, RollCounts, RowFault
from identity.roll.operations.import_roll import import_roll
from identity.roll.queries import preview_import
from identity.roll.refusals import RollHoldsMyNumber, RollRowsUnusable
from kashiman.assembly import database_url
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kernel.clock import Clock, SystemClock
from kernel.db import Database, Session
from kernel.refusals import Refusal

STATEMENT_TIMEOUT_MS = 600_000


@dataclass(frozen=True, slots=True)
class RollReport:
    """What an import changed, or would change; `number` is None for a look alone."""

    counts: RollCounts
    columns_not_kept: tuple[str, ...]
    number: int | None = None
    is_replay: bool = False

    def lines(self) -> list[str]:
        """As an operator reads it."""
        counts = self.counts
        told = {
            "追加": counts.added,
            "変更": counts.changed,
            "転出": counts.moved_out,
            "死亡": counts.died,
            "復帰": counts.returned,
            "変更なし": counts.unchanged,
            "登録なしの転出・死亡": counts.passed_over,
            "ファイルにない住民": counts.absent,
        }
        return [
            self._opening(),
            "、".join(f"{name} {count:,}" for name, count in told.items()),
            *([f"取り込まない列: {'、'.join(self.columns_not_kept)}"] if self.columns_not_kept else []),
        ]

    def _opening(self) -> str:
        if self.number is None:
            return "✓ たしかめました（まだ何も変わっていません）"
        if self.is_replay:
            return f"✓ 第{self.number}回に取り込んだものと同じです（何も変わっていません）"
        return f"✓ 第{self.number}回を取り込みました"


def take_roll(
    settings: Settings, file: bytes, *, base_date: date, staff_id: UUID, is_dry_run: bool, clock: Clock | None = None
) -> RollReport:
    """Import an extract in the name of a member of staff, or only look at what it would change.

    Refuses, in this order: HolderUnknown, StaffRoleNeeded to everybody but administrators; what `import_roll` refuses.
    """
    key, now = load_keys(settings.data_dir / "keys").roll_key, (clock or SystemClock()).now()
    with _staff_database(settings) as database:
        database.run(partial(_demand_keeper, staff_id=staff_id))
        if is_dry_run:
            looked_at = database.run(partial(preview_import, file=file, base_date=base_date, key=key, now=now))
            return RollReport(looked_at.counts, looked_at.columns_not_kept)

        def work(session: Session) -> RollReport:
            done = import_roll(session, file, base_date=base_date, imported_by=staff_id, key=key, now=now)
            end_sessions_of_the_dead(session, done.died, now=now)
            event = AuditEvent(
                kind="roll.imported",
                outcome=EventOutcome.SUCCEEDED,
                at=now,
                actor_kind=ActorKind.STAFF,
                actor_id=staff_id,
                facts={"base_date": base_date.isoformat(), "by": "terminal"},
            )
            record_events(session, [event])
            return RollReport(done.on_record.counts, done.columns_not_kept, done.on_record.number, done.is_replay)

        return database.run(work)


def problem_lines(refusal: Refusal) -> list[str]:
    """The rows and columns of a refusal, one per line, without what stands there."""
    if isinstance(refusal, RollRowsUnusable):
        return [f"  {row}行 {column}: {FAULT_WORDS[RowFault(fault)]}" for row, column, fault in refusal.problems]
    if isinstance(refusal, RollHoldsMyNumber):
        return [f"  {row}行 {column}: マイナンバーらしい12桁の番号があります" for row, column in refusal.cells]
    return []


def _demand_keeper(session: Session, staff_id: UUID) -> None:
    member = signed_in_of(session, Holder(HolderKind.STAFF, staff_id))
    if member is None:
        raise HolderUnknown(HolderKind.STAFF.value, str(staff_id))
    if StaffRole.ADMIN not in member.roles:
        raise StaffRoleNeeded(StaffRole.ADMIN.value)


@contextmanager
def _staff_database(settings: Settings) -> Iterator[Database]:
    database = Database(
        database_url(settings), role="kashiman_staff", pool_size=1, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    try:
        yield database
    finally:
        database.close()
