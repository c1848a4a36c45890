"""The decisions of notices as pure functions."""
