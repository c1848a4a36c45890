"""A clerk of the roll at a desk."""

from collections.abc import Callable

import pytest

from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from kernel.db import Database
from tests.identity.roll.desk import Desk


@pytest.fixture
def desk(make_database: Callable[[str], Database]) -> Desk:
    """A desk without any people yet."""
    database = make_database("kashiman_staff")
    clerk = database.run(lambda session: add_staff(session, display_name="住民係", roles=[StaffRole.ADMIN]))
    return Desk(database, clerk, make_database("kashiman_pay"))
