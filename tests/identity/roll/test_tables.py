"""The tables in Python are the tables that the migration makes, checks and keys included."""

from sqlalchemy import CheckConstraint, Index, NullPool, UniqueConstraint, create_engine, inspect
from sqlmodel import SQLModel

from identity.roll.tables import ResidenceEventRow, RollEntryRow, RollImportRow
from kernel.db import sqlalchemy_url

ROWS: list[type[SQLModel]] = [RollImportRow, RollEntryRow, ResidenceEventRow]


def test_tables_and_schema_name_the_same_columns_checks_and_keys(database_url: str) -> None:
    inspector = inspect(create_engine(sqlalchemy_url(database_url), poolclass=NullPool))
    for row in ROWS:
        table = SQLModel.metadata.tables[f"identity.{row.__tablename__}"]
        made = inspector.get_columns(table.name, schema="identity")
        assert [(column.name, column.nullable) for column in table.columns] == [
            (column["name"], column["nullable"]) for column in made
        ]
        said = {item.name for item in table.constraints if isinstance(item, CheckConstraint | UniqueConstraint)}
        assert said == {
            item["name"]
            for item in (
                *inspector.get_check_constraints(table.name, schema="identity"),
                *inspector.get_unique_constraints(table.name, schema="identity"),
            )
        }
        assert {item.name for item in table.foreign_key_constraints} == {
            item["name"] for item in inspector.get_foreign_keys(table.name, schema="identity")
        }
        indexes = {item.name for item in table.indexes if isinstance(item, Index)}
        assert indexes <= {item["name"] for item in inspector.get_indexes(table.name, schema="identity")}
