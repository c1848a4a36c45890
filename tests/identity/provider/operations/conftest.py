"""A provider with its applications and two residents, over a database of the test's own."""

import pytest

from identity.model import Holder, HolderKind, ImportedResident
from kernel.clock import SetClock
from kernel.db import Database
from tests.identity.provider.operations.world import World


@pytest.fixture
def world(database: Database, staff_database: Database, clock: SetClock, residents: list[ImportedResident]) -> World:
    return World(database, staff_database, clock, Holder(HolderKind.RESIDENT, residents[0].person_id))


@pytest.fixture
def other_person(residents: list[ImportedResident]) -> Holder:
    return Holder(HolderKind.RESIDENT, residents[1].person_id)
