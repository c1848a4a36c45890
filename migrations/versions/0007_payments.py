"""Payments, reversals and the residents' own codes."""

from migrations.run_sql import run_sql

revision = "0007_payments"
down_revision = "0006_issuance"


def upgrade() -> None:
    run_sql(__file__)
