"""Paper cards: their codes and PINs by digest, their limits, and what was paid with them."""

from migrations.run_sql import run_sql

revision = "0028_cards"
down_revision = "0027_merchant_applications"


def upgrade() -> None:
    run_sql(__file__)
