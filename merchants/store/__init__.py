"""Every SQL statement of merchants, by what it is about."""
