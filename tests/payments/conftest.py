"""One clone of the migrated database for each module, emptied before each test: quicker than a clone per test."""

from collections.abc import Iterator

import psycopg
import pytest

from kernel.embedded_postgres import EmbeddedPostgres
from tests.conftest import MakeDatabase, cloned
from tests.payments.shop_world import ShopWorld

FILLED = [
    *(
        f"payments.{table}"
        for table in (
            *("card_payments", "card_pin_misses", "card_events", "cards"),
            *("paid_codes", "dynamic_codes", "reversals", "payments", "burnt_codes", "consumer_codes"),
        )
    ),
    *(
        f"merchants.{table}"
        for table in ("bank_accounts", "posters", "own_wallets", "status_changes", "stores", "merchants")
    ),
    *(f"ledger.{table}" for table in ("transfers", "journals", "decisions", "lots", "accounts", "period_closes")),
]


@pytest.fixture(scope="module")
def module_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A clone for the tests of one module."""
    with cloned(postgres, template) as url:
        yield url


@pytest.fixture
def database_url(module_url: str) -> str:
    """The module's clone without shops, money and payments. Only a superuser who switches triggers off can do it."""
    with psycopg.connect(module_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in FILLED:
            connection.execute(f"DELETE FROM {table}")
    return module_url


@pytest.fixture
def world(make_database: MakeDatabase) -> Iterator[ShopWorld]:
    """A bakery and a market that take payments, and two residents with money."""
    made = ShopWorld(make_database("kashiman_pay"), make_database("kashiman_staff"))
    yield made
    made.close()
