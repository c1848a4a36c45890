"""People, households, staff, shop users and sign-in codes."""

from migrations.run_sql import run_sql

revision = "0004_identity"
down_revision = "0003_ledger_guards"


def upgrade() -> None:
    run_sql(__file__)
