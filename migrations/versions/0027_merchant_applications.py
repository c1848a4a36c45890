"""Applications of shops to join, and bank accounts with their history."""

from migrations.run_sql import run_sql

revision = "0027_merchant_applications"
down_revision = "0026_mail_addresses"


def upgrade() -> None:
    run_sql(__file__)
