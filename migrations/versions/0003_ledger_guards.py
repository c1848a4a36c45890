"""Triggers and grants of the books."""

from migrations.run_sql import run_sql

revision = "0003_ledger_guards"
down_revision = "0002_ledger"


def upgrade() -> None:
    run_sql(__file__)
