"""A cap is counted by one transaction at a time, however many members of a household apply at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest

from issuance.model import ApplicationReceipt, ApplicationRequest, Channel
from issuance.operations.submit_applications import submit_applications
from issuance.refusals import UnitsExceedHouseholdCap, UnitsExceedPersonCap
from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import Refusal
from tests.issuance.market import CAMPAIGN, OPENS, ROUND, SIGNER, TERMS, Market, application, by_clerk

THREADS = 6
FAMILY = replace(CAMPAIGN, terms=replace(TERMS, max_units_per_household=6))
SECOND = replace(ROUND, slug="premium-2023-b")


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


def at_once(market: Market, requests: list[ApplicationRequest]) -> list[ApplicationReceipt | Refusal]:
    """Apply in threads that begin together, half of them at the counter's own connections."""
    barrier = Barrier(len(requests))

    def apply(numbered: tuple[int, ApplicationRequest]) -> ApplicationReceipt | Refusal:
        number, request = numbered
        barrier.wait()
        database = market.staff if number % 2 else market.apply
        return database.run(
            lambda session: submit_applications(session, [request], signer=SIGNER, clock=SetClock(OPENS))
        )[0]

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(apply, enumerate(requests)))


def taken(outcomes: list[ApplicationReceipt | Refusal]) -> int:
    return sum(outcome.receipt.units for outcome in outcomes if isinstance(outcome, ApplicationReceipt))


def test_two_members_of_a_household_at_the_cap_get_one_application_between_them(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    for number in range(5):
        home = UUID(int=0xF000 + number)
        requests = [replace(application(round_id, 2 * number + who, 4), household_id=home) for who in range(2)]
        outcomes = at_once(market, requests)
        no = UnitsExceedHouseholdCap(asked_units=4, left_units=2, max_units=6)
        assert sorted(isinstance(outcome, ApplicationReceipt) for outcome in outcomes) == [False, True]
        assert no in outcomes


def test_a_large_household_fills_its_cap_to_the_unit_and_no_further(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    home = UUID(int=0xF0)
    requests = [replace(application(round_id, number, 2), household_id=home) for number in range(THREADS)]
    assert taken(at_once(market, requests)) == 6


def test_one_person_in_two_rounds_at_once_stays_within_the_cap(market: Market) -> None:
    first = market.opened()
    second = market.open_round(SECOND)
    for number in range(5):
        requests = [
            application(first, number, 3),
            by_clerk(application(second, number, 3), Channel.PAPER),
        ]
        outcomes = at_once(market, requests)
        assert taken(outcomes) == 3
        assert UnitsExceedPersonCap(asked_units=3, left_units=2, max_units=5) in outcomes


def test_many_households_at_once_in_both_orders_wait_for_each_other_without_a_deadlock(market: Market) -> None:
    round_id = market.opened(replace(ROUND, units_offered=20), FAMILY)
    people = [
        replace(application(round_id, number, 3), household_id=UUID(int=0xE000 + number // 3)) for number in range(60)
    ]
    barrier = Barrier(2)

    def submit(requests: list[ApplicationRequest]) -> list[ApplicationReceipt | Refusal]:
        barrier.wait()
        return market.submit(*requests)

    with ThreadPoolExecutor(2) as threads:
        there, back = threads.map(submit, [people, people[::-1]])
    receipts = [{a.receipt.receipt for a in answers if isinstance(a, ApplicationReceipt)} for answers in (there, back)]
    # Each household of three has room for two; whichever batch came first took them, and the other was told the same.
    assert receipts[0] == receipts[1]
    assert len(receipts[0]) == 40
