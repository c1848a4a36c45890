"""Every SQL statement of expiry."""
