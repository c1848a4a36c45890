"""Announced rounds."""

from migrations.run_sql import run_sql

revision = "0024_announced_rounds"
down_revision = "0023_effect"


def upgrade() -> None:
    run_sql(__file__)
