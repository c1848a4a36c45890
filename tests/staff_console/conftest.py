"""What the tests of the console share."""

from collections.abc import Callable

import pytest

from kernel.db import Database
from tests.staff_console.world import World


@pytest.fixture
def world(make_database: Callable[..., Database]) -> World:
    return World(make_database)
