"""Every SQL statement of the provider, by what it is about."""
