"""Where stores are, and which stores a resident marked."""

from migrations.run_sql import run_sql

revision = "0029_store_places"
down_revision = "0028_cards"


def upgrade() -> None:
    run_sql(__file__)
