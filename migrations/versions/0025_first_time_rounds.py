"""Rounds for those to whom nothing was granted yet."""

from migrations.run_sql import run_sql

revision = "0025_first_time_rounds"
down_revision = "0024_announced_rounds"


def upgrade() -> None:
    run_sql(__file__)
