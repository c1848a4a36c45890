"""Every SQL statement of effect."""
