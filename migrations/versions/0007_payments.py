"""Payments, reversals and the residents' own codes."""

from migrations.run_sql import run_sql

revision = "0007_payments"
down_revision = "0005_merchants"


def upgrade() -> None:
    run_sql(__file__)
