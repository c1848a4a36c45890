"""Closings, statements and payouts of the shops."""

from migrations.run_sql import run_sql

revision = "0008_settlement"
down_revision = "0003_ledger_guards"


def upgrade() -> None:
    run_sql(__file__)
