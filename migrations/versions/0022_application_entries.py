"""Applications on paper and at the counter."""

from migrations.run_sql import run_sql

revision = "0022_application_entries"
down_revision = "0021_ceremony"


def upgrade() -> None:
    run_sql(__file__)
