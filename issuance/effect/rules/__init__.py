"""What decides about surveys and figures, without a database."""
