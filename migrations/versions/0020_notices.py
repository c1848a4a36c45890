"""What residents are told, and by which door."""

from migrations.run_sql import run_sql

revision = "0020_notices"
down_revision = "0019_expiry_runs"


def upgrade() -> None:
    run_sql(__file__)
