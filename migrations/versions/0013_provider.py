"""The OpenID provider: clients, requests, grants, sessions, consents and keys."""

from migrations.run_sql import run_sql

revision = "0013_provider"
down_revision = "0012_access"


def upgrade() -> None:
    run_sql(__file__)
