"""What the tests of notices share."""

from collections.abc import Callable

import pytest

from kernel.db import Database
from tests.issuance.notices.post_office import REMINDED, PostOffice


@pytest.fixture
def office(make_database: Callable[..., Database]) -> PostOffice:
    office = PostOffice(make_database)
    office.market.planned(REMINDED)
    return office


@pytest.fixture
def post_office(make_database: Callable[..., Database]) -> PostOffice:
    """One whose campaign a test opens itself."""
    return PostOffice(make_database)
