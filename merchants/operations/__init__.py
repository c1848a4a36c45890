"""What can happen to merchants, stores and posters: one operation per file."""
