"""What the tests of effect share."""

from collections.abc import Callable

import pytest

from issuance.model import CampaignState
from issuance.operations.close_round import close_round
from kernel.db import Database
from tests.issuance.effect.town import ROUND, Town, resident
from tests.issuance.market import CLOSES, PAYING


@pytest.fixture
def town(make_database: Callable[..., Database]) -> Town:
    """Eight people of one age in two districts, and a round that is open."""
    town = Town(make_database)
    town.settled([resident(number, district="浜" if number < 5 else "鹿島") for number in range(8)])
    town.market.opened(ROUND)
    return town


@pytest.fixture
def used(town: Town) -> Town:
    """Seven bought a unit of 5,000 yen; six of them used 3,000 yen."""
    town.apply(*range(7))
    town.staff.run(lambda session: close_round(session, town.market.round_id, now=CLOSES))
    for state in (CampaignState.DRAWN, CampaignState.SELLING):
        town.market.move(state, PAYING)
    town.buy(*range(7))
    for number in range(6):
        town.spend(number, 3_000)
    return town
