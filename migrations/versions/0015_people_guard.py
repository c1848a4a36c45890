"""Personal data of residents, readable with a record only."""

from migrations.run_sql import run_sql

revision = "0015_people_guard"
down_revision = "0014_deletion_requests"


def upgrade() -> None:
    run_sql(__file__)
