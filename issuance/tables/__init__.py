"""The tables of issuing; the migration is the truth about triggers and grants."""

from issuance.tables import campaigns, purchases

__all__ = ["campaigns", "purchases"]
