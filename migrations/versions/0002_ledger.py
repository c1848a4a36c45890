"""The tables of the books."""

from migrations.run_sql import run_sql

revision = "0002_ledger"
down_revision = "0001_roles"


def upgrade() -> None:
    run_sql(__file__)
