"""Chargebacks, payouts and cards of purchases."""

from migrations.run_sql import run_sql

revision = "0018_selling"
down_revision = "0017_campaign_plans"


def upgrade() -> None:
    run_sql(__file__)
