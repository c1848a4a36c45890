"""Publish how many applications there are at the end of each day, and the root over them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import PublishedDay
from issuance.ceremony.store import days as store
from issuance.lottery.files import DAILY_FILE, RunningRoot, write_daily
from issuance.lottery.receipts import running_root
from issuance.model import Round, RoundRule, RoundState
from issuance.refusals import RoundHasNoDraw, RoundNotReady, RoundUnknown
from issuance.store import campaigns, draws
from kernel.clock import city_date, city_time


def publish_daily_root(session: Session, round_id: UUID, *, now: datetime) -> list[PublishedDay]:
    """Publish every city day of the application window that is over and was not published; gives those.

    A day is what stood at its 24:00, withdrawals taken off, and is published once. When the window and its last day are
    over, all days are published as daily.csv. Waits for applications under way; `now` is the database's time.
    Refuses, in this order: RoundUnknown, RoundHasNoDraw, RoundNotReady until the round is open.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.rule is RoundRule.FIRST_COME:
        raise RoundHasNoDraw(round_slug=round_.slug)
    if round_.state in {RoundState.ANNOUNCED, RoundState.WITHDRAWN}:
        raise RoundNotReady(state=round_.state, needed=RoundState.OPEN)
    before = store.find_days(session, round_id)
    published = {item.day for item in before}
    fresh = []
    for day in _days_over(round_, now):
        if day not in published:
            standing = store.applied_before(session, round_id, city_time(day + timedelta(days=1)))
            fresh.append(PublishedDay(round_id, day, len(standing), running_root(standing).hex(), now))

    for item in fresh:
        store.insert_day(session, item)
    all_days = sorted([*before, *fresh], key=lambda item: item.day)
    if _is_complete(session, round_, all_days):
        lines = [RunningRoot(item.day, item.count, item.root) for item in all_days]
        draws.insert_files(session, round_id, {DAILY_FILE: write_daily(lines)})
    return fresh


def _days_over(round_: Round, now: datetime) -> list[date]:
    """The days of the window that ended before an instant."""
    first, last = city_date(round_.opens_at), min(_last_day(round_), city_date(now) - timedelta(days=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _last_day(round_: Round) -> date:
    """The last city day on which applications count."""
    return city_date(round_.closes_at - timedelta(microseconds=1))


def _is_complete(session: Session, round_: Round, days: list[PublishedDay]) -> bool:
    """Whether the deadline cannot move any more and its day is among the published ones."""
    if round_.state is RoundState.OPEN or not days or days[-1].day < _last_day(round_):
        return False
    return DAILY_FILE not in draws.find_files(session, round_.id)
