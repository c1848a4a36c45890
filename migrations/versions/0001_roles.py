"""Roles: an owner, one role per class of process, an auditor."""

from migrations.run_sql import run_sql

revision = "0001_roles"
down_revision = None


def upgrade() -> None:
    run_sql(__file__, as_owner=False)
