"""The resident roll: imports, and what is kept of them."""

from migrations.run_sql import run_sql

revision = "0010_roll"
down_revision = "0009_jobs"


def upgrade() -> None:
    run_sql(__file__)
