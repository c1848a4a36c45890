"""What can happen in issuing, one operation per file."""
