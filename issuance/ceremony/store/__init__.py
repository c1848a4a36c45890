"""Statements of the ceremony of a draw."""
