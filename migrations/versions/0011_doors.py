"""The doors of identity: passkeys and links to providers."""

from migrations.run_sql import run_sql

revision = "0011_doors"
down_revision = "0010_roll"


def upgrade() -> None:
    run_sql(__file__)
