"""Two rounds for first-timers that grant at once give one person one grant between them, whichever comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest

from issuance.model import ApplicationReceipt
from issuance.refusals import GrantedInEarlierRound
from kernel.db import Database
from kernel.refusals import Refusal
from tests.issuance.market import CAMPAIGN, FIRST_COME, TERMS, Market, application

ROUNDS, PEOPLE = 4, 6
LARGE = replace(CAMPAIGN, terms=replace(TERMS, units_total=100, budget_yen=100_000))


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=ROUNDS))


def test_of_first_timers_rounds_at_the_same_moment_one_grants(market: Market) -> None:
    first = replace(FIRST_COME, units_offered=20, first_time_only=True)
    market.opened(replace(FIRST_COME, slug="for-all", units_offered=1), LARGE)
    rounds = [market.open_round(replace(first, slug=f"first-{number}")) for number in range(ROUNDS)]
    for number in range(PEOPLE):
        barrier = Barrier(ROUNDS)

        def apply(round_id: UUID, number: int = number, barrier: Barrier = barrier) -> ApplicationReceipt | Refusal:
            barrier.wait()
            return market.submit(application(round_id, number, 1))[0]

        with ThreadPoolExecutor(ROUNDS) as threads:
            outcomes = list(threads.map(apply, rounds))
        assert sum(isinstance(outcome, ApplicationReceipt) for outcome in outcomes) == 1
        assert [outcome for outcome in outcomes if isinstance(outcome, Refusal)] == [GrantedInEarlierRound()] * 3
        assert [grant.units for grant in market.grants(number)] == [1]
