"""A wallet's months for the household: what was paid and came back, sums, and the same as a table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from issuance.queries import find_campaign
from kernel.clock import CITY_ZONE, city_date, city_time
from kernel.db import Database, Session
from kernel.documents import csv_parts
from kernel.pages import msgid
from ledger.queries import END_OF_TIME, wallet_use
from merchants.queries import store_names
from payments.queries import (
    BEFORE_ALL,
    BEGINNING_OF_TIME,
    Movement,
    MovementSum,
    first_paid_at,
    movements_by_ids,
    reversals_by_payment,
    wallet_entries,
    wallet_history,
    wallet_sums,
)

ENTRIES_PER_PAGE = 30
MONTHS_OFFERED_MAX = 60
ROWS_PER_BATCH = 500
CSV_TITLES = (msgid("日時"), msgid("種別"), msgid("お店"), msgid("金額"), msgid("番号"))
KIND_WORDS = {"payment": msgid("支払い"), "void": msgid("取消"), "refund": msgid("返金")}
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: before this instant, and at it before this id."""

    before: datetime
    before_id: UUID = BEFORE_ALL


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment with all that came back of it; or what came back of a payment of an earlier month."""

    movement: Movement
    store_name: str
    given_back: tuple[Movement, ...]
    original: Movement | None

    @property
    def left_yen(self) -> int:
        return self.movement.amount_yen + sum(each.amount_yen for each in self.given_back)


@dataclass(frozen=True, slots=True)
class UsedValue:
    """How much of one kind of value was used, less what came back."""

    title: str
    usable_at: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Month:
    """One page of a city month; `next` leads to the entries after it. `first_day` is the first of the month."""

    first_day: date
    entries: tuple[Entry, ...]
    sums: dict[str, MovementSum]
    used: tuple[UsedValue, ...]
    next: Cursor | None
    months: tuple[date, ...]
    ever_paid: bool

    @property
    def paid_yen(self) -> int:
        return self.sums["payment"].amount_yen if "payment" in self.sums else 0

    @property
    def payment_count(self) -> int:
        return self.sums["payment"].count if "payment" in self.sums else 0

    @property
    def given_back_yen(self) -> int:
        return self.paid_yen - self.net_yen

    @property
    def net_yen(self) -> int:
        return sum(each.amount_yen for each in self.sums.values())


def month_of(session: Session, wallet_id: UUID, first_day: date, today: date, cursor: Cursor | None = None) -> Month:
    """A wallet's month, thirty entries from `cursor` on; the sums are those of the whole month."""
    since, before = span_of(first_day)
    begin = cursor if cursor and cursor.before < before else Cursor(before)
    found = wallet_entries(
        session,
        wallet_id,
        since=since,
        before=begin.before,
        before_id=begin.before_id,
        limit=ENTRIES_PER_PAGE + 1,
    )
    shown = found[:ENTRIES_PER_PAGE]
    first_at = first_paid_at(session, wallet_id)
    last = shown[-1] if len(found) > ENTRIES_PER_PAGE else None
    return Month(
        first_day=first_day,
        entries=tuple(_entries(session, shown)),
        sums=wallet_sums(session, wallet_id, since=since, before=before),
        used=tuple(_used(session, wallet_id, since, before)),
        next=Cursor(last.at, last.id) if last else None,
        months=tuple(_months(first_at, today)),
        ever_paid=first_at is not None,
    )


def span_of(first_day: date) -> tuple[datetime, datetime]:
    """The first instant of a city month, and the first one after it."""
    return city_time(first_day), city_time(month_after(first_day))


def month_after(first_day: date) -> date:
    """The first day of the month after this one."""
    return (first_day + timedelta(days=31)).replace(day=1)


def month_before(first_day: date) -> date:
    """The first day of the month before this one."""
    return (first_day - timedelta(days=1)).replace(day=1)


def household_csv(database: Database, wallet_id: UUID, first_day: date | None, say: Say = str) -> Iterator[bytes]:
    """Every movement of a month, or of all time, newest first, as a table that is read batch by batch.

    What came back is negative yen. `say` translates titles and kinds.
    """
    since, before = span_of(first_day) if first_day else (BEGINNING_OF_TIME, END_OF_TIME)
    batches = _batches(database, wallet_id, since, Cursor(before))
    rows = ([_row(movement, names, say) for movement in movements] for movements, names in batches)
    return csv_parts([say(title) for title in CSV_TITLES], rows)


def csv_name(first_day: date | None) -> str:
    """The name under which the table is saved."""
    return f"kashiman-pay-{first_day:%Y-%m}.csv" if first_day else "kashiman-pay.csv"


def _batches(
    database: Database, wallet_id: UUID, since: datetime, cursor: Cursor
) -> Iterator[tuple[list[Movement], dict[UUID, str]]]:
    while True:
        with database.transaction() as session:
            movements = wallet_history(
                session,
                wallet_id,
                since=since,
                before=cursor.before,
                before_id=cursor.before_id,
                limit=ROWS_PER_BATCH,
            )
            names = store_names(session, {each.store_id for each in movements})
        yield movements, names
        if len(movements) < ROWS_PER_BATCH:
            return
        cursor = Cursor(movements[-1].at, movements[-1].id)


def _row(movement: Movement, names: dict[UUID, str], say: Say) -> tuple[str | int, ...]:
    at = f"{movement.at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M:%S}"
    return (at, say(KIND_WORDS[movement.kind]), names[movement.store_id], movement.amount_yen, movement.number)


def _entries(session: Session, movements: list[Movement]) -> Iterator[Entry]:
    payment_ids = [each.id for each in movements if each.kind == "payment"]
    given_back = reversals_by_payment(session, payment_ids)
    originals = movements_by_ids(session, [each.payment_id for each in movements if each.kind != "payment"])
    names = store_names(session, {each.store_id for each in movements})
    for each in movements:
        yield Entry(
            movement=each,
            store_name=names[each.store_id],
            given_back=tuple(given_back.get(each.id, ())),
            original=originals.get(each.payment_id) if each.kind != "payment" else None,
        )


def _used(session: Session, wallet_id: UUID, since: datetime, before: datetime) -> Iterator[UsedValue]:
    for use in wallet_use(session, wallet_id, since=since, before=before):
        campaign = find_campaign(session, use.campaign_id)
        yield UsedValue(campaign.title if campaign else "", use.usable_at, use.amount_yen)


def _months(first_at: datetime | None, today: date) -> Iterator[date]:
    """The months that can be chosen, this one first, back to the first payment."""
    month = today.replace(day=1)
    last = city_date(first_at).replace(day=1) if first_at else month
    for _ in range(MONTHS_OFFERED_MAX):
        yield month
        if month <= last:
            return
        month = month_before(month)
