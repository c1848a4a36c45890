"""A few residents, members of staff and shop users to sign in with."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from identity.model import ImportedResident
from identity.operations.import_residents import import_residents
from kernel.clock import SetClock, city_time
from kernel.db import Database
from tests.identity.people import HANAKO, TARO


@pytest.fixture
def clock() -> SetClock:
    return SetClock(city_time(date(2026, 9, 1), 10))


@pytest.fixture
def staff_database(make_database: Callable[[str], Database]) -> Database:
    """The test's database as the role of the consoles."""
    return make_database("kashiman_staff")


@pytest.fixture
def residents(staff_database: Database, clock: SetClock) -> list[ImportedResident]:
    """Taro and Hanako, imported."""
    return staff_database.run(lambda session: import_residents(session, [TARO, HANAKO], now=clock.now()))


@pytest.fixture
def taro(residents: list[ImportedResident]) -> UUID:
    return residents[0].person_id
