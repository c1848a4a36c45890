"""One clone of the migrated database for each module, emptied before each test: quicker than a clone per test."""

from collections.abc import Iterator

import psycopg
import pytest

from kernel.embedded_postgres import EmbeddedPostgres
from tests.conftest import cloned

HISTORY = ["transfers", "journals", "decisions", "holds", "lots", "accounts", "period_closes", "account_totals"]
LESS_DURABLE = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
END $$
"""
"""These tests are about what is committed, not about what survives a power cut."""


@pytest.fixture(scope="module")
def module_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A clone for the tests of one module."""
    with cloned(postgres, template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(LESS_DURABLE)
        yield url


@pytest.fixture
def database_url(module_url: str) -> str:
    """The module's clone with empty books. Only a superuser who switches all triggers off can empty them."""
    with psycopg.connect(module_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in HISTORY:
            connection.execute(f"DELETE FROM ledger.{table}")
        connection.execute("UPDATE ledger.totals_cursor SET before_transaction_id = '0'")
    return module_url
