"""Reminders over any schedule of a worker that oversleeps: each once, never two on a day, and nothing is forgotten."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery
from issuance.notices.rules.reminders import due_reminder_day
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from tests.conftest import cloned
from tests.issuance.notices.post_office import LAST_DAY, REMINDED, PostOffice, morning
from tests.ledger.books import rows
from tests.ledger.conftest import LESS_DURABLE

REMINDER_DAYS = st.lists(st.integers(1, 90), min_size=1, max_size=6, unique=True)
AWAKE = st.lists(st.integers(-3, 40), min_size=1, max_size=12).map(lambda days: sorted(days, reverse=True))
"""So many days before the last day the worker looks; a day may come twice."""


@given(
    last_day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    days_before=REMINDER_DAYS,
    awake=st.lists(st.integers(-5, 100), min_size=1, max_size=60),
)
def test_any_schedule_makes_each_reminder_at_most_once_and_at_most_one_a_day(
    last_day: date, days_before: list[int], awake: list[int]
) -> None:
    made: dict[date, date] = {}
    for days_left in sorted(awake, reverse=True):
        today = last_day - timedelta(days=days_left)
        due = due_reminder_day(last_day, days_before, today)
        if due is not None and due not in made:
            made[due] = today
    assert len(set(made.values())) == len(made)
    for due, today in made.items():
        assert due <= today <= last_day
        assert (last_day - due).days in days_before
        between = [number for number in days_before if due < last_day - timedelta(days=number) <= today]
        assert between == []
    looked = [last_day - timedelta(days=number) for number in awake if number >= 0]
    for number in days_before:
        day = last_day - timedelta(days=number)
        if day in looked:
            assert day in made


@pytest.fixture(scope="module")
def quiet_office(postgres: EmbeddedPostgres, template: str) -> Iterator[PostOffice]:
    with cloned(postgres, template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(LESS_DURABLE)
        made: list[Database] = []

        def make(role: str) -> Database:
            made.append(Database(url, role=role))
            return made[-1]

        office = PostOffice(make)
        office.market.planned(REMINDED)
        yield office
        for database in made:
            database.close()


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    awake=AWAKE,
    door=st.sampled_from(DoorKind),
    outcomes=st.lists(st.sampled_from([*DeliveryOutcome, None]), max_size=12),
)
def test_a_wallet_is_told_each_thing_once_whatever_the_worker_and_the_door_do(
    awake: list[int], door: DoorKind, outcomes: list[DeliveryOutcome | None], quiet_office: PostOffice
) -> None:
    """An outcome of None is a worker that is killed between sending and recording."""
    office, wallet_id = quiet_office, uuid4()
    office.choose(door, wallet_id)
    office.sold(wallet_id=wallet_id)
    said, sent = iter(outcomes), list[NoticeDelivery]()
    for days_left in awake:
        now = morning(LAST_DAY - timedelta(days=days_left))
        office.make_at(now)
        for delivery in office.take(now):
            sent.append(delivery)
            outcome = next(said, DeliveryOutcome.DELIVERED)
            if outcome is not None:
                office.record(delivery, outcome, now)
    mine = office.inbox(wallet_id)
    days = [item.notice.day for item in mine]
    expected = {
        due
        for number in awake
        if (due := due_reminder_day(LAST_DAY, REMINDED.terms.reminder_days, LAST_DAY - timedelta(days=number)))
    }
    assert sorted(days) == sorted(expected)
    keys = {delivery.key for delivery in sent if delivery.notice.wallet_id == wallet_id}
    assert keys == ({item.notice.id for item in mine} if door is not DoorKind.INBOX else set())
    delivered = "SELECT count(*) FROM issuance.notice_attempts WHERE outcome = 'delivered' GROUP BY notice_id"
    assert all(count == 1 for (count,) in rows(office.pay, delivered))
