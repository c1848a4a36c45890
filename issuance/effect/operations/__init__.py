"""What can be done about surveys and the funnel: one operation per file."""
