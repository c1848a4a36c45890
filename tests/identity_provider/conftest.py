"""The whole application over a real database, as a browser and programs meet the provider."""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

import pytest
from fastapi import FastAPI

from identity.model import Acr, Holder, HolderKind, NewResident, StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.provider.model import Client
from identity.provider.operations.register_client import register_client
from kashiman.app import create_app
from kashiman.applications import set_up_provider
from kashiman.assembly import Installation
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from tests.identity.provider.operations.world import CLIENTS, FARM, KIOSK, PHONE, TOWN, set_up_keys
from tests.identity_provider.application import Application

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # The client works with httpx, but would rather have its successor.
    from fastapi.testclient import TestClient as TestClient

ISSUER = "http://localhost:8720"
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class City:
    """An installation with one resident and one member of staff, each with a code, and a few outside applications."""

    def __init__(self, url: str, home: Path, make_database: Callable[[str], Database]) -> None:
        self.settings = Settings(base_url=ISSUER, data_dir=home, staff_acr=Acr.POSTCARD)
        self.clock = SetClock(NOW)
        self.staff_database = make_database("kashiman_staff")
        self.auditors_database = make_database("kashiman_auditor")
        self.installation = Installation(self.settings, url, self.clock, load_keys(home / "keys"))
        keys = self.installation.keys
        self.staff_database.run(lambda session: set_up_keys(session, NOW, keys.sealing_key))
        self.staff_database.run(lambda session: set_up_provider(session, self.settings, keys, now=NOW))
        self.person = self.staff_database.run(lambda session: import_residents(session, [resident()], now=NOW))[0]
        self.clerk_id = self.staff_database.run(
            lambda session: add_staff(session, display_name="商工 花子", roles=frozenset({StaffRole.COMMERCE}))
        )
        holders = [Holder(HolderKind.RESIDENT, self.person.person_id), Holder(HolderKind.STAFF, self.clerk_id)]
        codes = self.staff_database.run(
            lambda session: issue_sign_in_codes(session, holders, pepper=keys.pepper, now=NOW)
        )
        self.code, self.staff_code = (code.text for code in codes)
        for client in CLIENTS:
            self.register(client)

    def register(self, client: Client) -> Client:
        """Make the provider know an application that is not ours."""
        self.staff_database.run(lambda session: register_client(session, client, now=self.clock.now()))
        return client

    def new_resident_code(self) -> str:
        """The code of one more resident."""
        holder = Holder(
            HolderKind.RESIDENT,
            self.staff_database.run(lambda session: import_residents(session, [resident()], now=self.clock.now()))[
                0
            ].person_id,
        )
        pepper = self.installation.keys.pepper
        return self.staff_database.run(
            lambda session: issue_sign_in_codes(session, [holder], pepper=pepper, now=self.clock.now())
        )[0].text

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        """Ask the database for what is stored."""
        database = self.installation.resident_database
        return database.run(lambda session: driver_connection(session).execute(question).fetchall())

    def recorded_rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        """Ask as those who may read the records."""
        return self.auditors_database.run(lambda session: driver_connection(session).execute(question).fetchall())


def resident() -> NewResident:
    return NewResident(
        household_id=uuid4(),
        family_name="鹿島",
        given_name="花子",
        family_kana="カシマ",
        given_kana="ハナコ",
        birth_date=date(1946, 3, 2),
        district="鹿島",
        address="佐賀県鹿島市大字納富分2643番地1",
        postal_code="849-1312",
        has_smartphone=True,
    )


@pytest.fixture
def city(database_url: str, tmp_path: Path, make_database: Callable[[str], Database]) -> City:
    return City(database_url, tmp_path, make_database)


@pytest.fixture
def app(city: City) -> FastAPI:
    return create_app(city.installation)


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    """A browser of our own city."""
    with TestClient(app, base_url=ISSUER, headers={"Origin": ISSUER}) as client:
        yield client


@pytest.fixture
def another_browser(app: FastAPI, browser: TestClient) -> TestClient:
    """Somebody else's browser, at another address."""
    return TestClient(app, base_url=ISSUER, headers={"Origin": ISSUER}, client=("203.0.113.7", 50_000))


@pytest.fixture
def town(app: FastAPI, browser: TestClient, city: City) -> Application:
    """A confidential application."""
    return Application(TestClient(app, base_url=ISSUER), city.clock, TOWN)


@pytest.fixture
def farm(app: FastAPI, browser: TestClient, city: City) -> Application:
    """Another one, which needs an agreement."""
    return Application(TestClient(app, base_url=ISSUER), city.clock, FARM)


@pytest.fixture
def phone(app: FastAPI, browser: TestClient, city: City) -> Application:
    """A public application with a key of its own."""
    return Application(TestClient(app, base_url=ISSUER), city.clock, PHONE)


@pytest.fixture
def kiosk(app: FastAPI, browser: TestClient, city: City) -> Application:
    """A device in the hall."""
    return Application(TestClient(app, base_url=ISSUER), city.clock, KIOSK)
