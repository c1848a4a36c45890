"""What can be done about notices: one operation per file."""
