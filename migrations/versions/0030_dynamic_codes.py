"""Codes that carry an amount, and why a payment was taken back."""

from migrations.run_sql import run_sql

revision = "0030_dynamic_codes"
down_revision = "0029_store_places"


def upgrade() -> None:
    run_sql(__file__)
