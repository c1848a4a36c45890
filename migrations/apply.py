"""Bring a database to the newest schema, and tell at which step it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from kernel.db import sqlalchemy_url


def migrate(url: str) -> None:
    """Run all missing steps, as a user who may create roles and schemas; running again changes nothing."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def missing_steps(url: str) -> list[str]:
    """The steps that this database does not have yet, oldest first."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection, opts={"version_table_schema": "public"}).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    steps = [step.revision for step in script.walk_revisions("base", "heads")][::-1]
    return steps[steps.index(current) + 1 :] if current else steps


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
