"""Expiry in two steps, with a way back."""

from migrations.run_sql import run_sql

revision = "0019_expiry_runs"
down_revision = "0018_selling"


def upgrade() -> None:
    run_sql(__file__)
