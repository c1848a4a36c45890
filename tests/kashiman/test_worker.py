"""What the worker does without being asked, on a real database."""

import asyncio
import time
from datetime import date, timedelta
from uuid import uuid4

import pytest

from issuance.model import PurchaseMethod
from issuance.provider_model import ProviderStatus
from issuance.provider_refusals import PaymentDeclined, ProviderPaymentClosed, ProviderPaymentUnknown
from issuance.purchase_model import Purchase, PurchaseState
from issuance.queries import find_purchase
from kashiman.assembly import Installation
from kashiman.selling_chores import read_provider_events
from kashiman.webhooks import PROCESS_EVENTS
from kashiman.worker import (
    ask_provider_again,
    build_queue,
    end_unpaid_purchases,
    release_holds,
    roll_up,
)
from kernel.clock import SetClock
from kernel.db import Database
from kernel.jobs import defer
from kernel.refusals import ProviderDown
from ledger.operations.close_period import close_period
from tests.conftest import MakeDatabase
from tests.issuance.market import PAY_UNTIL, PAYING, Market, provider_payment
from tests.kashiman.provider import ScriptedProvider
from tests.ledger.books import AFTER_EXPIRY, NOON, audit, hold, left, pay, post, posted, rows, sell

SUCCEEDED, WAITS = ProviderStatus.SUCCEEDED, ProviderStatus.REQUIRES_PAYMENT_METHOD


def state(market: Market, purchase: Purchase) -> PurchaseState:
    found = market.worker.run(lambda session: find_purchase(session, purchase.id))
    assert found is not None
    return found.state


def started(market: Market, number: int, method: PurchaseMethod = PurchaseMethod.CARD) -> Purchase:
    """A purchase whose request to the provider was never answered."""
    (purchase,) = market.start(market.request(number, 1, method=method))
    assert isinstance(purchase, Purchase)
    return purchase


def noticed(market: Market, provider: ScriptedProvider, number: int) -> Purchase:
    """A purchase whose money has arrived, as a waiting notice says."""
    purchase = market.bought(number, 1)
    payment = provider_payment(purchase, SUCCEEDED)
    market.notify(payment, "payment_intent.succeeded", f"evt_{number}")
    provider.answers[payment.provider_id] = payment
    return purchase


def test_a_notice_becomes_a_voucher_after_its_payment_was_read(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = noticed(market, provider, 0)
    read_provider_events(installation)
    assert state(market, purchase) is PurchaseState.PAID
    assert [lot.issued_yen for lot in market.lots(0)] == [5_000]
    assert market.waiting() == []
    read_provider_events(installation)
    assert len(market.lots(0)) == 1


def test_a_payment_that_nobody_knows_holds_up_no_other(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1, 1])
    lost, paid = noticed(market, provider, 0), noticed(market, provider, 1)
    lost_id = f"pi_{lost.id.hex}"
    provider.answers[lost_id] = ProviderPaymentUnknown(subject=lost_id)
    read_provider_events(installation)
    assert state(market, paid) is PurchaseState.PAID
    assert state(market, lost) is PurchaseState.AWAITING_PAYMENT
    assert market.waiting() == [lost_id]


def test_while_the_provider_is_down_notices_wait(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = noticed(market, provider, 0)
    answers, provider.answers = provider.answers, dict.fromkeys(provider.answers, ProviderDown())
    read_provider_events(installation)
    assert state(market, purchase) is PurchaseState.AWAITING_PAYMENT
    provider.answers = answers
    read_provider_events(installation)
    assert state(market, purchase) is PurchaseState.PAID


def test_an_unanswered_card_payment_is_asked_for_again_under_its_key(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = started(market, 0)
    provider.answers[str(purchase.id)] = ProviderDown()
    ask_provider_again(installation)
    assert state(market, purchase) is PurchaseState.REQUESTED
    provider.answers[str(purchase.id)] = provider_payment(purchase, WAITS)
    ask_provider_again(installation)
    assert state(market, purchase) is PurchaseState.AWAITING_PAYMENT
    ask_provider_again(installation)
    assert [order.idempotency_key for order in provider.orders] == [f"purchase-{purchase.id}-1"] * 2
    assert {(order.amount_yen, order.method) for order in provider.orders} == {(4_000, "card")}


def test_a_refused_card_payment_frees_its_units(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = started(market, 0)
    provider.answers[str(purchase.id)] = PaymentDeclined(reason="card_declined")
    ask_provider_again(installation)
    assert state(market, purchase) is PurchaseState.FAILED
    assert market.grants(0)[0].units_left == 1


def test_a_slip_is_never_asked_for_without_its_resident(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = started(market, 0, PurchaseMethod.KONBINI)
    ask_provider_again(installation)
    assert provider.orders == []
    assert state(market, purchase) is PurchaseState.REQUESTED


def test_unpaid_purchases_end_and_are_cancelled_at_the_provider_one_by_one(
    market: Market, installation: Installation, provider: ScriptedProvider, clock: SetClock
) -> None:
    market.selling([1, 1, 1, 1])
    unasked, *asked = started(market, 0), *(market.bought(number, 1) for number in (1, 2, 3))
    ids = [f"pi_{purchase.id.hex}" for purchase in asked]
    closed = ProviderPaymentClosed(subject=ids[0])
    provider.answers = dict(zip(ids, (closed, ProviderDown(), provider_payment(asked[2], WAITS)), strict=True))
    end_unpaid_purchases(installation)
    assert provider.cancelled == []
    clock.at = PAY_UNTIL + timedelta(hours=2)
    end_unpaid_purchases(installation)
    assert [state(market, purchase) for purchase in (unasked, *asked)] == [PurchaseState.EXPIRED] * 4
    assert sorted(provider.cancelled) == sorted(ids)


def test_a_hold_is_given_back_after_its_deadline(
    database: Database, installation: Installation, clock: SetClock
) -> None:
    sale = sell()
    posted(database, sale)
    posted(database, hold(uuid4(), 1_000))
    clock.at = NOON + timedelta(days=1)
    release_holds(installation)
    assert left(database, sale.lot_id) == (3_200, 800)
    clock.at += timedelta(seconds=1)
    release_holds(installation)
    assert left(database, sale.lot_id) == (4_000, 1_000)
    assert audit(database).agrees


def test_what_a_closed_period_refuses_is_not_tried_for_ever(
    make_database: MakeDatabase, installation: Installation, clock: SetClock
) -> None:
    staff = make_database("kashiman_staff")
    lot = sell()
    posted(staff, lot)
    posted(staff, hold(uuid4(), 1_000))
    later = AFTER_EXPIRY + timedelta(days=30)
    staff.run(lambda session: close_period(session, closed_through=date(2026, 8, 31), closed_by="clerk", now=later))
    before = left(staff, lot.lot_id)
    clock.at = AFTER_EXPIRY
    release_holds(installation)
    assert left(staff, lot.lot_id) == before


def test_totals_are_summed_up_behind_the_cursor(database: Database, installation: Installation) -> None:
    sums = "SELECT sum(debit_yen), sum(credit_yen) FROM ledger.account_totals"
    post(database, sell(), sell(), pay(7_000))
    deadline = time.monotonic() + 30
    while rows(database, sums) != [(10_000, 7_000)]:
        roll_up(installation)
        assert time.monotonic() < deadline, rows(database, sums)


def test_the_queue_knows_every_chore_and_when_to_start_it(installation: Installation) -> None:
    periodic = build_queue(installation).periodic_registry.periodic_tasks.values()
    hourly = {"expire_unpaid_purchases", "sweep_sign_ins", "book_payouts"}
    each_minute = {PROCESS_EVENTS, "ask_provider_again", "roll_up_totals", "release_overdue_holds"}
    each_minute |= {"seal_events", "deliver_logouts", "execute_expiry_runs", "execute_expiry_reversals"}
    each_minute |= {"deliver_notices", "draw_due_rounds"}
    expected = dict.fromkeys(each_minute, "* * * * *") | dict.fromkeys(hourly, "5 * * * *")
    expected |= {"make_due_notices": "15 0-11 * * *"}
    expected |= {"purge_readings": "25 18 * * *", "pass_units_on": "40 18 * * *"}
    every_ten_minutes = {"look_up_payments", "give_money_back", "follow_disputes", "publish_days"}
    expected |= dict.fromkeys(every_ten_minutes, "*/10 * * * *")
    assert {task.task.name: task.cron for task in periodic} == expected


def test_a_deferred_job_is_worked_off_once_however_often_it_was_deferred(
    market: Market, installation: Installation, provider: ScriptedProvider
) -> None:
    market.selling([1])
    purchase = noticed(market, provider, 0)
    for _ in range(3):
        market.apply.run(lambda session: defer(session, PROCESS_EVENTS))

    async def work_off() -> None:
        queue = build_queue(installation)
        queue.periodic_registry.periodic_tasks.clear()
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="never"
            )

    asyncio.run(work_off())
    assert state(market, purchase) is PurchaseState.PAID
    jobs = "SELECT task_name, status::text, attempts FROM jobs.procrastinate_jobs"
    assert rows(market.staff, jobs) == [(PROCESS_EVENTS, "succeeded", 1)]


@pytest.fixture(autouse=True)
def _paying_now(clock: SetClock) -> None:
    assert clock.now() == PAYING
