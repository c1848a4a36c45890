"""What the tests of settlement share."""

from collections.abc import Callable

import pytest

from kernel.db import Database
from tests.settlement.city import City


@pytest.fixture
def city(make_database: Callable[..., Database]) -> City:
    return City(make_database("kashiman_pay"), make_database("kashiman_staff"))
