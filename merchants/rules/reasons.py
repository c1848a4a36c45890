"""Why somebody decided, as people read it."""


def written_reason(typed: str) -> str:
    """A reason without what nobody sees: its lines stay, control characters and spaces around go."""
    return "".join(letter for letter in typed if letter.isprintable() or letter == "\n").strip()
