"""The serial of a printed poster: eight characters of Crockford's base32, random, so that none can be guessed."""

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SERIAL_LENGTH = 8


def random_serials(count: int) -> set[str]:
    """Draw `count` different serials of 40 random bits."""
    serials: set[str] = set()
    while len(serials) < count:
        serials.add("".join(secrets.choice(_ALPHABET) for _ in range(_SERIAL_LENGTH)))
    return serials
