"""What is purged of sign-ins that are over."""

from migrations.run_sql import run_sql

revision = "0016_sign_in_upkeep"
down_revision = "0015_people_guard"


def upgrade() -> None:
    run_sql(__file__)
