"""Runs that expire lots, and their reversals, as this room knows them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from ledger.model import Parts


class ExpiryRunState(StrEnum):
    """How far a run is; `replaced` gave way to a newer dry run, `stopped` ended before all of its lots had expired."""

    PLANNED = "planned"
    APPROVED = "approved"
    REPLACED = "replaced"
    DONE = "done"
    STOPPED = "stopped"


class ExpiryReversalState(StrEnum):
    """How far a reversal is; `stopped` ended before all of its lots had come back."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DONE = "done"
    STOPPED = "stopped"


class DueLot(NamedTuple):
    """A lot that expires, with what it held when the list was made."""

    lot_id: UUID
    wallet_id: UUID
    campaign_id: UUID
    last_day: date
    paid_yen: int
    premium_yen: int

    @property
    def parts(self) -> Parts:
        return Parts(self.paid_yen, self.premium_yen)

    @property
    def amount_yen(self) -> int:
        return self.paid_yen + self.premium_yen


class ExpiredLot(NamedTuple):
    """A lot that a run expired, and the journal that did it."""

    lot_id: UUID
    journal_id: UUID


class ReversedLot(NamedTuple):
    """A lot that came back: where its value is now, and the journal that did it."""

    lot_id: UUID
    new_lot_id: UUID
    journal_id: UUID


class DueFigures(NamedTuple):
    """So many lots, holding so much of each part."""

    lots: int
    paid_yen: int
    premium_yen: int

    @property
    def amount_yen(self) -> int:
        return self.paid_yen + self.premium_yen


@dataclass(frozen=True, slots=True)
class ExpiryRun:
    """A run: who planned and approved it, what it lists, and how much of that has expired so far.

    `through_day` is the last city day that had to be over; `digest` is the SHA-256 of the list, in hex.
    """

    id: UUID
    through_day: date
    digest: str
    state: ExpiryRunState
    planned_by: UUID
    planned_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    due: DueFigures
    expired: DueFigures


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where the issued yen of a campaign were at a dry run: issued = used + held + expired + left.

    `due` is the part of `left` that the run takes; the rest of it stays unused.
    """

    campaign_id: UUID
    lots: int
    due: Parts
    issued: Parts
    used: Parts
    held: Parts
    expired: Parts
    left: Parts


@dataclass(frozen=True, slots=True)
class ExpiryEvent:
    """A step of a run; nobody in `by` is the worker."""

    from_state: ExpiryRunState | None
    to_state: ExpiryRunState
    by: UUID | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ExpiryBatch:
    """What one batch did, and how the run stands after it."""

    state: ExpiryRunState
    expired: tuple[DueLot, ...]


@dataclass(frozen=True, slots=True)
class ExpiryReversal:
    """A reversal: which run, why, until when the value can be used, who asked and confirmed, and how far it is."""

    id: UUID
    run_id: UUID
    reason: str
    last_day: date
    state: ExpiryReversalState
    asked_by: UUID
    asked_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    stopped_because: str | None
    asked: DueFigures
    reversed: DueFigures


@dataclass(frozen=True, slots=True)
class ReversalBatch:
    """What one batch gave back, and how the reversal stands after it."""

    state: ExpiryReversalState
    lots: tuple[ReversedLot, ...]
