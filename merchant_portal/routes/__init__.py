"""JSON, one file per noun."""
