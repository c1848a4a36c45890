"""Secrets that let somebody in: random, and kept as a digest only."""

import hashlib
import secrets

USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word appears, and nothing that looks like a number (RFC 8628, section 6.1)."""

USER_CODE_LENGTH = 8


def new_secret() -> str:
    """Make 256 random bits as text for a cookie, code, handle or token."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """The digest that is kept: SHA-256 is enough for what cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def new_user_code() -> str:
    """Make the code that a device shows and a person compares, like `WDJB-MJHT` (RFC 8628, section 6.1)."""
    letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(USER_CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def read_user_code(typed: str) -> str:
    """A typed code without what people add: case, spaces and hyphens."""
    letters = "".join(letter for letter in typed.upper() if letter in USER_CODE_LETTERS)
    return f"{letters[:4]}-{letters[4:]}"
