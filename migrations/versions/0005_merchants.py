"""Merchants, stores, posters and declared own wallets."""

from migrations.run_sql import run_sql

revision = "0005_merchants"
down_revision = "0004_identity"


def upgrade() -> None:
    run_sql(__file__)
