"""What the tests of expiry share."""

from collections.abc import Callable

import pytest

from kernel.db import Database
from tests.issuance.expiry.desk import ExpiryDesk


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> ExpiryDesk:
    return ExpiryDesk(make_database)
