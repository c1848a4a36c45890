"""What can happen to the data of a person and to the log of events: one operation per file."""
