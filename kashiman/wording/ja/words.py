"""."""

WORDS: dict[str, str] = {}
