"""The rule sheet, the holders, daily roots and notices of a draw."""

from migrations.run_sql import run_sql

revision = "0021_ceremony"
down_revision = "0020_notices"


def upgrade() -> None:
    run_sql(__file__)
