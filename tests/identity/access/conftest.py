"""The desks of city hall, and the roles under which processes speak to the database."""

from collections.abc import Callable
from uuid import UUID

import pytest

from identity.model import ImportedResident, StaffRole
from identity.operations.add_staff import add_staff
from kernel.db import Database

Hire = Callable[..., UUID]


@pytest.fixture
def hire(staff_database: Database) -> Hire:
    """Add a member of staff with these roles."""

    def add(name: str, *roles: StaffRole) -> UUID:
        return staff_database.run(lambda session: add_staff(session, display_name=name, roles=roles))

    return add


@pytest.fixture
def clerk(hire: Hire) -> UUID:
    """Somebody of the help desk."""
    return hire("窓口 一子", StaffRole.HELP)


@pytest.fixture
def admin(hire: Hire) -> UUID:
    """Somebody who keeps the system running."""
    return hire("情報 二郎", StaffRole.ADMIN)


@pytest.fixture
def worker_database(make_database: Callable[[str], Database]) -> Database:
    """The test's database as the role of jobs."""
    return make_database("kashiman_worker")


@pytest.fixture
def hanako(residents: list[ImportedResident]) -> UUID:
    return residents[1].person_id
