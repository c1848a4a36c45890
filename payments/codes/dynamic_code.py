"""The reference of a dynamic code: what makes one code with an amount different from every other."""

import re
import secrets
from datetime import timedelta

DYNAMIC_LIFETIME = timedelta(minutes=5)
"""Long enough to unlock a telephone and look at the amount twice, short enough for the queue behind."""

TILL_SERIAL = "TILL"
"""What a dynamic code carries where a poster's code carries its serial: it was shown, not printed."""

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{22}")


def new_reference() -> str:
    """Make a reference of 128 random bits, 22 characters of base64url."""
    return secrets.token_urlsafe(16)


def is_reference(text: str) -> bool:
    """Whether a text has the form of a reference."""
    return _REFERENCE.fullmatch(text) is not None
