"""Every SQL statement of notices."""
