"""The sign-in code of a postcard: four characters that find it, ten that prove it.

Its alphabet is Crockford's base32: no I, L, O or U, which people misread. It is printed in groups of four:
`7K3M-9QXC-42DF-8T`.
"""

import hashlib
import hmac
import secrets
import unicodedata
from typing import NamedTuple

from identity.refusals import SignInCodeUnreadable

SELECTORS = 32**4
"""How many selectors there are; one is never given out twice."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SELECTOR_LENGTH = 4
_SECRET_LENGTH = 10
_GROUP_LENGTH = 4
_TYPED_LENGTH_MAX = 64
_HYPHENS = "-‐‑‒–—―−ー─_."
_AS_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", **dict.fromkeys(_HYPHENS)})


class SignInCode(NamedTuple):
    """A code in its two parts, in capital letters without hyphens."""

    selector: str
    secret: str

    @property
    def text(self) -> str:
        """The code as it is printed, in groups of four."""
        whole = self.selector + self.secret
        return "-".join(whole[at : at + _GROUP_LENGTH] for at in range(0, len(whole), _GROUP_LENGTH))


def read_sign_in_code(typed: str) -> SignInCode:
    """Read a code as people type it: any case, spaces, hyphens, full width, O for 0, I or L for 1.

    Full-width forms are read as Unicode's NFKC reads them. Refuses SignInCodeUnreadable for everything else.
    """
    if len(typed) > _TYPED_LENGTH_MAX:
        raise SignInCodeUnreadable
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper().translate(_AS_MEANT)
    if len(plain) != _SELECTOR_LENGTH + _SECRET_LENGTH or not set(plain) <= set(_ALPHABET):
        raise SignInCodeUnreadable
    return SignInCode(plain[:_SELECTOR_LENGTH], plain[_SELECTOR_LENGTH:])


def random_selector() -> str:
    """Draw a selector of 20 random bits."""
    return _written(secrets.randbits(5 * _SELECTOR_LENGTH), _SELECTOR_LENGTH)


def random_secret() -> str:
    """Draw a secret of 50 random bits."""
    return _written(secrets.randbits(5 * _SECRET_LENGTH), _SECRET_LENGTH)


def secret_digest(pepper: bytes, secret: str) -> bytes:
    """Compute what is stored of a secret: HMAC-SHA256 (RFC 2104), keyed with a pepper that the database never sees."""
    return hmac.digest(pepper, secret.encode(), hashlib.sha256)


def _written(number: int, length: int) -> str:
    return "".join([_ALPHABET[number >> 5 * place & 31] for place in range(length)])
