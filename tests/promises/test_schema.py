"""The tables in Python are the tables that the migrations make, and keys between schemas only look down."""

import importlib
from importlib.util import find_spec

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, NullPool, String, create_engine, inspect
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from kernel.db import sqlalchemy_url
from ledger.tables import TransactionId

PACKAGES = ["ledger", "identity", "merchants", "payments", "issuance", "settlement"]
WITH_TABLES = [package for package in PACKAGES if find_spec(f"{package}.tables")]
ROOMS = [
    *("identity.access", "identity.doors", "identity.provider", "identity.roll"),
    *("issuance.ceremony", "issuance.effect", "issuance.expiry", "issuance.notices", "issuance.payouts"),
    "payments.cards",
]
"""Parts of a package with tables of their own in its schema."""
FLOORS = {"ledger": 1, "identity": 1, "merchants": 1, "payments": 2, "issuance": 2, "settlement": 2}


def differs(
    _context: object, _inspected: object, _column: object, found: TypeEngine[object], written: TypeEngine[object]
) -> bool | None:
    """PostgreSQL's text and its varchar without a length are one type."""
    if isinstance(written, TypeDecorator):
        written = written.impl_instance
    if isinstance(found, String) and isinstance(written, String):
        return found.length != written.length
    return None


def _import_tables(package: str) -> None:
    for name in [package, *(room for room in ROOMS if room.startswith(f"{package}."))]:
        importlib.import_module(f"{name}.tables")


@pytest.mark.parametrize("package", WITH_TABLES)
def test_migrated_schema_and_tables_agree(package: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _import_tables(package)
    monkeypatch.setitem(ischema_names, "xid8", TransactionId)
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, parents: kind != "schema" or name == package,
                "include_object": lambda item, name, kind, reflected, other: kind != "table" or item.schema == package,
                "compare_type": differs,
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("package", ["identity", "merchants"])
def test_tables_and_schema_name_the_same_checks(package: str, database_url: str) -> None:
    _import_tables(package)
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    inspector = inspect(engine)
    for table in SQLModel.metadata.tables.values():
        if table.schema == package:
            said = {item.name for item in table.constraints if isinstance(item, CheckConstraint)}
            made = {item["name"] for item in inspector.get_check_constraints(table.name, schema=package)}
            assert said == made, table.name


def test_every_schema_of_the_migrations_has_its_floor(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            """
            SELECT DISTINCT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'jobs')
            """
        )
        assert {row[0] for row in rows} - FLOORS.keys() == set()


def test_foreign_keys_look_down(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        keys = connection.execute(
            """
            SELECT c.conname, n.nspname, fn.nspname FROM pg_constraint AS c
            JOIN pg_class AS r ON r.oid = c.conrelid JOIN pg_namespace AS n ON n.oid = r.relnamespace
            JOIN pg_class AS fr ON fr.oid = c.confrelid JOIN pg_namespace AS fn ON fn.oid = fr.relnamespace
            WHERE c.contype = 'f' AND n.nspname = ANY (%s) ORDER BY 1
            """,
            [list(FLOORS)],
        ).fetchall()
    assert keys
    wrong = [name for name, owner, target in keys if owner != target and FLOORS.get(target, 9) >= FLOORS[owner]]
    assert wrong == []
