"""The tables of issuing; the migration is the truth about triggers and grants."""

from issuance.tables import campaigns, entries, purchases, refunds

__all__ = ["campaigns", "entries", "purchases", "refunds"]
