"""The tables that Python knows are the tables that the migrations make."""

from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import CheckConstraint, MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError

from kernel.db import sqlalchemy_url
from settlement.tables import ClosingRow
from tests.settlement.city import BAKERY, City

CHECKS = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'settlement'::regnamespace"


def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    declared = declared_tables()
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.connect() as connection:
        options = {"include_schemas": True, "include_name": is_of_settlement, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, declared)
        checks = {row[0] for row in connection.execute(text(CHECKS))}
    engine.dispose()
    assert len(declared.tables) == 7
    assert differences == []
    assert checks == {
        constraint.name
        for table in declared.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement.payout_items SET account_number = '9999999'",
        "UPDATE settlement.payouts SET file_bytes = ''",
        "DELETE FROM settlement.settled_movements",
        "TRUNCATE settlement.closings CASCADE",
    ],
)
def test_nobody_edits_what_was_exported(city: City, database_url: str, statement: str) -> None:
    city.takes(BAKERY, 1_000)
    city.closes()
    with pytest.raises(DBAPIError) as refused, city.staff.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert isinstance(refused.value.orig, InsufficientPrivilege)
    with psycopg.connect(database_url) as superuser, pytest.raises(InsufficientPrivilege):
        superuser.execute(statement)


def is_of_settlement(name: str | None, kind: str, parents: Any) -> bool:
    return (name if kind == "schema" else parents.get("schema_name")) == "settlement"


def declared_tables() -> MetaData:
    """The package's tables alone: other tests of the same run may have loaded other packages."""
    alone = MetaData()
    for table in ClosingRow.metadata.tables.values():
        if table.schema == "settlement":
            table.to_metadata(alone)
    return alone
