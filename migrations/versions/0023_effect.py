"""Surveys and the funnel."""

from migrations.run_sql import run_sql

revision = "0023_effect"
down_revision = "0022_application_entries"


def upgrade() -> None:
    run_sql(__file__)
