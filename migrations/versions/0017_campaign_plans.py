"""Versions of a campaign's rules, its audiences and quotas."""

from migrations.run_sql import run_sql

revision = "0017_campaign_plans"
down_revision = "0016_sign_in_upkeep"


def upgrade() -> None:
    run_sql(__file__)
