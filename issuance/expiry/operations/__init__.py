"""What can be done about expiry: one operation per file."""
