"""Merchants that applied, some approved, to print posters for and to be paid."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.ids import derived_id
from merchants.model import RegisteredMerchant
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.register_merchants import register_merchants
from tests.merchants.shops import BAKERY, MARKET


@pytest.fixture
def clock() -> SetClock:
    return SetClock(city_time(date(2026, 8, 1), 9))


@pytest.fixture
def clerk() -> UUID:
    """The member of staff who decides."""
    return derived_id("staff", "clerk")


@pytest.fixture
def staff_database(make_database: Callable[[str], Database]) -> Database:
    """The test's database as the role of the consoles."""
    return make_database("kashiman_staff")


@pytest.fixture
def registered(staff_database: Database, clock: SetClock) -> list[RegisteredMerchant]:
    """The market with two stores and the bakery with one, applied."""
    return staff_database.run(lambda session: register_merchants(session, [MARKET, BAKERY], now=clock.now()))


@pytest.fixture
def approved(
    staff_database: Database, registered: list[RegisteredMerchant], clerk: UUID, clock: SetClock
) -> list[RegisteredMerchant]:
    """The same, approved."""
    ids = [merchant.merchant_id for merchant in registered]
    staff_database.run(lambda session: approve_merchants(session, ids, by=clerk, now=clock.now()))
    return registered
