"""The tables of issuing."""

from migrations.run_sql import run_sql

revision = "0006_issuance"
down_revision = "0005_merchants"


def upgrade() -> None:
    run_sql(__file__)
