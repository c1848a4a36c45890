"""Decisions about doors as pure functions."""
