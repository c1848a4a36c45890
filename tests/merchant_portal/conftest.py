"""The world of the portal's tests, on a database of its own."""

from collections.abc import Callable, Iterator

import pytest

from kernel.db import Database
from tests.merchant_portal.world import World


@pytest.fixture
def world(make_database: Callable[[str], Database]) -> Iterator[World]:
    """A market, a bakery and a resident with ¥20,000, behind the portal."""
    made = World(make_database("kashiman_pay"), make_database("kashiman_staff"))
    yield made
    made.close()
