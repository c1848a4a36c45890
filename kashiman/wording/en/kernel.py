"""."""

SENTENCES: dict[str, str] = {}
