"""Decisions about merchants, stores and posters as pure functions."""
