"""Holders who stand before a door, and what they come with."""

from collections.abc import Callable
from uuid import UUID

import pytest

from identity.model import Holder, HolderKind, ImportedResident, ShopRole, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from kernel.clock import SetClock
from kernel.db import Database
from tests.identity.doors.visits import MERCHANT, STORE, Passkeys


@pytest.fixture
def resident(taro: UUID) -> Holder:
    """Taro."""
    return Holder(HolderKind.RESIDENT, taro)


@pytest.fixture
def other_resident(residents: list[ImportedResident]) -> Holder:
    """Hanako."""
    return Holder(HolderKind.RESIDENT, residents[1].person_id)


@pytest.fixture
def hire(staff_database: Database) -> Callable[..., Holder]:
    """Add a member of staff with these roles."""

    def add(*roles: StaffRole) -> Holder:
        staff_id = staff_database.run(lambda session: add_staff(session, display_name="職員", roles=roles))
        return Holder(HolderKind.STAFF, staff_id)

    return add


@pytest.fixture
def employ(staff_database: Database) -> Callable[..., Holder]:
    """Add a shop user of the merchant."""

    def add(role: ShopRole, store_id: UUID | None = STORE, merchant_id: UUID = MERCHANT) -> Holder:
        shop_user_id = staff_database.run(
            lambda session: add_shop_user(
                session, merchant_id=merchant_id, store_id=store_id, display_name="レジ", role=role
            )
        )
        return Holder(HolderKind.SHOP, shop_user_id)

    return add


@pytest.fixture
def passkeys(database: Database, clock: SetClock) -> Passkeys:
    """The ceremonies as a resident's browser goes through them."""
    return Passkeys(database, clock)
