"""Closings, statements and payouts of the shops."""

from migrations.run_sql import run_sql

revision = "0008_settlement"
down_revision = "0007_payments"


def upgrade() -> None:
    run_sql(__file__)
