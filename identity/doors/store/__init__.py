"""Every SQL statement of the doors, by what it is about."""
