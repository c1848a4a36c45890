"""Sales, payments, refunds, dry runs, approvals, batches and reversals in any order: no yen is lost or moved twice."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.expiry.model import DueLot, ExpiryReversal, ExpiryRun
from issuance.expiry.rules import digest_of
from kernel.clock import city_date, city_time
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from kernel.refusals import Refusal
from ledger.model import PlaceHold, Posted, ReleaseHold, Terms, UsableAt
from tests.conftest import cloned
from tests.issuance.expiry.desk import ExpiryDesk
from tests.ledger.books import audit, key, pay, post, refund, rows, sell
from tests.ledger.conftest import HISTORY, LESS_DURABLE

EXPIRY_TABLES = [
    *("reversed_lots", "expiry_reversal_lots", "expiry_reversals", "expired_lots", "expiry_run_campaigns"),
    *("expiry_run_lots", "expiry_run_events", "expiry_runs"),
]
AMOUNT, PICK = st.integers(1, 3_000), st.integers(0, 30)
DISTURBANCES = st.one_of(
    st.tuples(st.just("refund"), PICK, AMOUNT),
    st.tuples(st.just("release"), PICK),
    st.tuples(st.just("pay"), AMOUNT),
    st.tuples(st.just("plan")),
    st.tuples(st.just("rest")),
)
STEPS = st.one_of(
    st.tuples(st.just("sell"), st.integers(0, 3), st.sampled_from([0, 0, 2]), AMOUNT, AMOUNT),
    st.tuples(st.just("pay"), AMOUNT),
    st.tuples(st.just("refund"), PICK, AMOUNT),
    st.tuples(st.just("hold"), AMOUNT),
    st.tuples(st.just("release"), PICK),
    st.tuples(st.just("expire"), st.integers(1, 3), st.integers(1, 3), DISTURBANCES, DISTURBANCES),
    st.tuples(st.just("expire"), st.integers(0, 2), st.integers(1, 3), st.just(("rest",)), DISTURBANCES),
    st.tuples(st.just("batch"), st.integers(1, 3)),
    st.tuples(st.just("reverse"), st.integers(0, 3), st.integers(1, 3)),
    st.tuples(st.just("give_back"), st.integers(1, 3)),
)
DIFFERING = """
SELECT l.lot_id FROM issuance.expired_lots AS e JOIN issuance.expiry_run_lots AS l USING (run_id, lot_id)
JOIN ledger.journals AS j ON j.id = e.journal_id
LEFT JOIN ledger.transfers AS t ON t.journal_id = e.journal_id AND t.debit_account_id = e.lot_id
GROUP BY l.run_id, l.lot_id, j.event_at, l.last_day
HAVING sum(t.paid_yen) IS DISTINCT FROM l.paid_yen OR sum(t.amount_yen - t.paid_yen) IS DISTINCT FROM l.premium_yen
    OR (j.event_at AT TIME ZONE 'Asia/Tokyo')::date <= l.last_day
UNION ALL
SELECT r.lot_id FROM issuance.reversed_lots AS r
JOIN issuance.expiry_reversal_lots AS a USING (reversal_id, lot_id)
JOIN issuance.expiry_run_lots AS l USING (run_id, lot_id)
JOIN ledger.lots AS new ON new.account_id = r.new_lot_id
WHERE (new.wallet_id, new.issued_paid_yen, new.issued_premium_yen)
    IS DISTINCT FROM (l.wallet_id, l.paid_yen, l.premium_yen)
"""


class Story:
    """One city over some days; what is refused has changed nothing, and the story goes on."""

    def __init__(self, desk: ExpiryDesk) -> None:
        self.desk = desk
        self.now = city_time(date(2028, 2, 27), 12)
        self.payments: list[UUID] = []
        self.holds: list[UUID] = []
        self.runs: list[ExpiryRun] = []
        self.reversals: list[ExpiryReversal] = []

    def do(self, step: tuple[object, ...]) -> None:
        name, *facts = step
        with suppress(Refusal):
            getattr(self, str(name))(*facts)

    def sell(self, days: int, grace_days: int, paid_yen: int, premium_yen: int) -> None:
        today = city_date(self.now)
        terms = Terms(UsableAt.ALL_SHOPS, today, today + timedelta(days=days), grace_days)
        post(self.desk.pay, sell(terms=terms, paid_yen=paid_yen, premium_yen=premium_yen, at=self.now))

    def pay(self, amount_yen: int) -> None:
        (outcome,) = post(self.desk.pay, pay(amount_yen, at=self.now))
        if isinstance(outcome, Posted):
            self.payments.append(outcome.journal.id)

    def refund(self, pick: int, amount_yen: int) -> None:
        if self.payments:
            post(self.desk.pay, refund(self.payments[pick % len(self.payments)], amount_yen, at=self.now))

    def hold(self, amount_yen: int) -> None:
        self.holds.append(uuid4())
        wallet_id = pay(1).wallet_id
        deadline = self.now + timedelta(days=9)
        post(self.desk.pay, PlaceHold(key(), self.now, self.holds[-1], wallet_id, amount_yen, deadline))

    def release(self, pick: int) -> None:
        if self.holds:
            post(self.desk.pay, ReleaseHold(key(), self.now, self.holds[pick % len(self.holds)]))

    def expire(self, days: int, limit: int, before: tuple[object, ...], after: tuple[object, ...]) -> None:
        """Some nights pass; a run is planned, approved and begun, with something before and after the approval."""
        self.now = city_time(city_date(self.now) + timedelta(days=days))
        self.plan()
        self.do(before)
        self.approve()
        self.do(after)
        self.batch(limit)

    def rest(self) -> None:
        """Nothing happens."""

    def plan(self) -> None:
        self.runs.append(self.desk.plan(city_date(self.now) - timedelta(days=1), now=self.now))

    def approve(self) -> None:
        if self.runs:
            self.desk.approve(self.runs[-1], now=self.now)

    def batch(self, limit: int) -> None:
        if self.runs:
            self.desk.batch(self.runs[-1], limit=limit, now=self.now)

    def reverse(self, days: int, limit: int) -> None:
        if self.runs:
            last_day = city_date(self.now) + timedelta(days=days)
            asked = self.desk.ask(self.runs[-1], last_day=last_day, now=self.now)
            self.reversals.append(self.desk.confirm(asked, now=self.now))
            self.give_back(limit)

    def give_back(self, limit: int) -> None:
        if self.reversals:
            self.desk.give_back(self.reversals[-1], limit=limit, now=self.now)


@pytest.fixture(scope="module")
def quiet_desk(postgres: EmbeddedPostgres, template: str) -> Iterator[ExpiryDesk]:
    with cloned(postgres, template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(LESS_DURABLE)
        made: list[Database] = []

        def make(role: str) -> Database:
            made.append(Database(url, role=role))
            return made[-1]

        yield ExpiryDesk(make)
        for database in made:
            database.close()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=False)
@given(steps=st.lists(STEPS, min_size=8, max_size=30))
def test_whatever_happens_in_any_order_every_yen_is_spent_held_expired_or_left(
    steps: list[tuple[object, ...]], quiet_desk: ExpiryDesk
) -> None:
    _empty(quiet_desk.pay)
    story = Story(quiet_desk)
    story.sell(0, 0, 4_000, 1_000)
    story.sell(1, 0, 4_001, 999)
    story.pay(777)
    for step in steps:
        story.do(step)
    report = audit(quiet_desk.pay)
    figures = report.figures
    assert report.findings == ()
    assert figures.issued_yen == figures.spent_yen + figures.held_yen + figures.expired_yen + figures.remaining_yen
    assert rows(quiet_desk.pay, DIFFERING) == []
    lives = "SELECT sum(issued_paid_yen), sum(used_paid_yen + held_paid_yen + expired_paid_yen + left_paid_yen)"
    ((issued_paid_yen, accounted_for),) = rows(quiet_desk.pay, f"{lives} FROM ledger.campaign_lives")
    assert issued_paid_yen == accounted_for == figures.issued_paid_yen


LOT = st.builds(DueLot, st.uuids(), st.uuids(), st.uuids(), st.dates(), st.integers(0, 10**9), st.integers(0, 10**9))


@given(lots=st.lists(LOT, min_size=1, max_size=6), data=st.data())
def test_the_digest_of_a_list_changes_with_any_fact_of_any_lot(lots: list[DueLot], data: st.DataObject) -> None:
    day = date(2026, 8, 10)
    position = data.draw(st.integers(0, len(lots) - 1))
    lot = lots[position]
    changed = data.draw(
        st.sampled_from(
            [
                lot._replace(lot_id=UUID(int=lot.lot_id.int ^ 1)),
                lot._replace(paid_yen=lot.paid_yen + 1),
                lot._replace(premium_yen=lot.premium_yen + 1),
                lot._replace(last_day=date(1, 1, 1) if lot.last_day.year > 1 else date(2, 1, 1)),
            ]
        )
    )
    others = [*lots[:position], changed, *lots[position + 1 :]]
    assert digest_of(day, others) != digest_of(day, lots)
    assert digest_of(day, lots[1:]) != digest_of(day, lots)
    assert digest_of(day + timedelta(days=1), lots) != digest_of(day, lots)


def _empty(database: Database) -> None:
    """Only a superuser who switches all triggers off can empty the books."""
    with psycopg.connect(database.url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in EXPIRY_TABLES:
            connection.execute(f"DELETE FROM issuance.{table}")
        for table in HISTORY:
            connection.execute(f"DELETE FROM ledger.{table}")
