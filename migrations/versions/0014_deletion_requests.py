"""Deletions that wait for a second member of staff."""

from migrations.run_sql import run_sql

revision = "0014_deletion_requests"
down_revision = "0013_provider"


def upgrade() -> None:
    run_sql(__file__)
