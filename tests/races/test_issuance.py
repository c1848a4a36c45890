"""Threads that want the same thing at the same moment, with real commits."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

import pytest

from issuance.model import ApplicationReceipt, PurchaseMethod
from issuance.operations.close_round import close_round
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.provider_model import ProviderStatus
from issuance.purchase_model import CounterSale, Purchase
from issuance.queries import draw_files
from issuance.refusals import RoundNotOpen, UnitsExceedGrant, UnitsSoldOut
from kernel.db import Database
from ledger.queries import wallet_lots
from tests.issuance.market import (
    CLOSES,
    FIRST_COME,
    HANA,
    JUST_BEFORE_CLOSING,
    PAY_UNTIL,
    PAYING,
    Market,
    application,
    person,
    provider_payment,
    receipt_of,
    wallet,
)

Result = TypeVar("Result")
THREADS = 6


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


def at_once(*works: Callable[[], Result]) -> list[Result]:
    """Run works in threads that begin together."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], Result]) -> Result:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def test_two_first_applications_of_one_person_get_one_receipt(market: Market) -> None:
    round_id = market.opened()
    for number in range(5):
        answers = at_once(*[lambda number=number: market.submit(application(round_id, number, 2))[0]] * THREADS)
        assert len({receipt_of(answer) for answer in answers}) == 1
        assert Counter(isinstance(a, ApplicationReceipt) and a.is_replay for a in answers) == {
            False: 1,
            True: THREADS - 1,
        }


def test_changes_of_one_application_become_versions_one_after_the_other(market: Market) -> None:
    round_id = market.opened()
    answers = at_once(
        *(lambda units=units: market.submit(application(round_id, 0, units))[0] for units in (1, 2, 3, 4, 5))
    )
    assert len({receipt_of(answer) for answer in answers}) == 1
    versions = [answer.receipt.version for answer in answers if isinstance(answer, ApplicationReceipt)]
    assert sorted(versions) == [1, 2, 3, 4, 5]


def test_every_application_that_got_a_receipt_is_in_the_closed_list(market: Market) -> None:
    round_id = market.opened()

    def send(first: int) -> list[str]:
        accepted = []
        for number in range(first, first + 8):
            (outcome,) = market.submit(application(round_id, number, 1), now=JUST_BEFORE_CLOSING)
            assert isinstance(outcome, ApplicationReceipt | RoundNotOpen)
            accepted += [outcome.receipt.receipt] if isinstance(outcome, ApplicationReceipt) else []
        return accepted

    def close() -> list[str]:
        market.staff.run(lambda session: close_round(session, round_id, now=CLOSES))
        return []

    accepted = at_once(*(lambda first=first: send(first) for first in (0, 100, 200)), close)
    content = market.staff.run(lambda session: draw_files(session, round_id))["applications.csv"]
    listed = [line.split(",")[0] for line in content.decode().splitlines()[1:]]
    assert sorted(listed) == sorted(receipt for receipts in accepted for receipt in receipts)


def test_a_first_come_round_is_never_oversold(market: Market) -> None:
    round_id = market.opened(replace(FIRST_COME, units_offered=7))
    outcomes = at_once(
        *(lambda number=number: market.submit(application(round_id, number, 2))[0] for number in range(THREADS))
    )
    assert Counter(type(outcome) for outcome in outcomes) == {ApplicationReceipt: 3, UnitsSoldOut: 3}


def test_purchases_of_one_grant_never_hold_more_than_it_has(market: Market) -> None:
    market.selling([5])
    sale = CounterSale("till", 2, HANA.id, "city-hall", round_id=market.round_id, person_id=person(0))
    outcomes = at_once(
        *(
            lambda key=key, method=method: market.start(market.request(0, 2, key, method))[0]
            for key, method in zip("abcd", [PurchaseMethod.CARD, PurchaseMethod.KONBINI] * 2, strict=True)
        ),
        lambda: market.staff.run(lambda session: sell_at_counter(session, [sale], now=PAYING))[0],
    )
    assert Counter(type(outcome) for outcome in outcomes) == {Purchase: 2, UnitsExceedGrant: 3}
    assert market.grants(0)[0].units_left == 1


def test_the_same_key_at_once_is_one_purchase(market: Market) -> None:
    market.selling([5])
    outcomes = at_once(*[lambda: market.start(market.request(0, 2))[0]] * THREADS)
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, Purchase)}) == 1
    assert market.grants(0)[0].units_left == 3


def test_one_payment_noticed_by_many_workers_is_one_lot(market: Market) -> None:
    market.selling([2])
    purchase = market.bought(0, 2)
    payment = provider_payment(purchase, ProviderStatus.SUCCEEDED)
    states = {payment.provider_id: payment}

    def notice() -> None:
        market.notify(payment, "payment_intent.succeeded", f"evt_{uuid4().hex}")
        market.worker.run(lambda session: process_provider_events(session, states, now=PAYING))

    at_once(*[notice] * THREADS)
    (lot,) = market.worker.run(lambda session: wallet_lots(session, wallet(0)))
    assert lot.left_yen == 10_000
    assert market.waiting() == []


def test_unpaid_units_are_passed_on_once(market: Market) -> None:
    market.selling([3, 3, 3], offered=3)
    market.pay(market.bought(0, 1))
    runs = at_once(
        *[lambda: market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=PAY_UNTIL))] * 4
    )
    assert sorted(run.forfeited_units for run in runs) == [0, 0, 0, 2]
    assert sum(offer.units for run in runs for offer in run.offers) == 2
