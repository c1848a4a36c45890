"""Who read personal data, and why; what was exported and deleted."""

from migrations.run_sql import run_sql

revision = "0012_access"
down_revision = "0011_doors"


def upgrade() -> None:
    run_sql(__file__)
