"""What the tests of the ceremony share."""

from collections.abc import Callable

import pytest

from kernel.db import Database
from tests.issuance.market import Market


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(make_database)
