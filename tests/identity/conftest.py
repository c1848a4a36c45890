"""A few residents, members of staff and shop users to sign in with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from identity.model import ImportedResident, NewResident
from identity.operations.import_residents import import_residents
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.ids import derived_id

PEPPER = b"pepper of the tests, 32 bytes ok"

TARO = NewResident(
    person_id=derived_id("person", "taro"),
    household_id=derived_id("household", "kashima"),
    family_name="鹿島",
    given_name="太郎",
    family_kana="カシマ",
    given_kana="タロウ",
    birth_date=date(1980, 4, 1),
    district="浜",
    address="鹿島市浜町9001",
    postal_code="849-1322",
    has_smartphone=True,
)
HANAKO = replace(
    TARO, person_id=derived_id("person", "hanako"), given_name="花子", given_kana="ハナコ", birth_date=date(1982, 12, 3)
)
RowCount = Callable[[str], int]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(city_time(date(2026, 9, 1), 10))


@pytest.fixture
def staff_database(make_database: Callable[[str], Database]) -> Database:
    """The test's database as the role of the consoles."""
    return make_database("kashiman_staff")


@pytest.fixture
def residents(staff_database: Database, clock: SetClock) -> list[ImportedResident]:
    """Taro and Hanako, imported."""
    return staff_database.run(lambda session: import_residents(session, [TARO, HANAKO], now=clock.now()))


@pytest.fixture
def taro(residents: list[ImportedResident]) -> UUID:
    return residents[0].person_id
