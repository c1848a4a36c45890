"""Decisions about people and sign-in codes as pure functions."""
