"""The tables in Python and the tables in the database are the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, inspect
from sqlmodel import SQLModel

from kernel.db import sqlalchemy_url
from merchants import tables

SCHEMA = tables.SCHEMA["schema"]


def test_the_migration_makes_what_the_tables_say(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
        "include_object": lambda thing, name, kind, reflected, other: getattr(thing, "schema", SCHEMA) == SCHEMA,
        "compare_server_default": True,
    }
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)
    engine.dispose()
    assert found == []


def test_both_name_the_same_checks(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    inspector = inspect(engine)
    for table in SQLModel.metadata.tables.values():
        if table.schema == SCHEMA:
            said = {item.name for item in table.constraints if isinstance(item, CheckConstraint)}
            made = {item["name"] for item in inspector.get_check_constraints(table.name, schema=SCHEMA)}
            assert said == made, table.name
    engine.dispose()
