"""Addresses for e-mail that residents gave, and what everybody may see of the steps of a draw and of objections."""

from migrations.run_sql import run_sql

revision = "0026_mail_addresses"
down_revision = "0025_first_time_rounds"


def upgrade() -> None:
    run_sql(__file__)
