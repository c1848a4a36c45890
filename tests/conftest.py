"""A real PostgreSQL for every test: a migrated template, cloned per test, with real commits."""

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres, start
from migrations.apply import migrate

ROOT = Path(__file__).parent.parent
SERVER_DIR = ROOT / ".kashiman" / "test-postgres"
TEMPLATE_LOCK = 7002
FORGOTTEN_AFTER_S = 3_600

MakeDatabase = Callable[..., Database]


@pytest.fixture(scope="session")
def postgres() -> EmbeddedPostgres:
    """The embedded server of the test suite; it is left running for the next run."""
    return start(SERVER_DIR, settings={"max_connections": "300", "max_wal_size": "1GB"})


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """The name of a database at the newest schema; made once per state of the migrations."""
    steps = sorted((ROOT / "migrations").rglob("*.*"))
    digest = hashlib.sha256(b"".join(step.read_bytes() for step in steps if step.suffix in {".py", ".sql"}))
    name = f"template_{digest.hexdigest()[:16]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        found = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
        for old in found:
            if old.startswith(("test_", "template_")) and old != name and _is_forgotten(old):
                connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        if name not in found:
            fresh = f"test_{time.time():.0f}_{uuid4().hex}"
            connection.execute(f'CREATE DATABASE "{fresh}"')
            migrate(postgres.url(fresh))
            connection.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
    return name


def _is_forgotten(database: str) -> bool:
    """A clone that a killed run left behind: its name carries the time it was made."""
    stamp = database.split("_")[1]
    return stamp.isdigit() and time.time() - int(stamp) > FORGOTTEN_AFTER_S


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """An empty migrated database of this test alone, reached as the superuser."""
    with cloned(postgres, template) as url:
        yield url


class cloned:
    """A clone of the template for as long as the block runs."""

    def __init__(self, postgres: EmbeddedPostgres, template: str) -> None:
        self.postgres, self.template, self.name = postgres, template, f"test_{time.time():.0f}_{uuid4().hex}"

    def __enter__(self) -> str:
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        return self.postgres.url(self.name)

    def __exit__(self, *_: object) -> None:
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


@pytest.fixture
def make_database(database_url: str) -> Iterator[MakeDatabase]:
    """Make a Database that acts as one role of the application, e.g. make_database("kashiman_staff")."""
    made: list[Database] = []

    def make(role: str = "kashiman_pay", pool_size: int = 5) -> Database:
        made.append(Database(database_url, role=role, pool_size=pool_size, pool_timeout_s=30))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    """The test's database as the role that pays."""
    return make_database("kashiman_pay")
