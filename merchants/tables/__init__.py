"""The tables of merchants; the migration is the truth about triggers and grants."""

from merchants.tables import applications, bank_accounts, places, shops

__all__ = ["applications", "bank_accounts", "places", "shops"]
