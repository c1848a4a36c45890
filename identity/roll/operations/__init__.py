"""What can happen to the roll: one operation per file."""
