"""The tables of the provider; the migration is the truth about triggers and grants."""

from identity.provider.tables import clients, grants, sessions

__all__ = ["clients", "grants", "sessions"]
