"""Decisions of planning that need no database."""
