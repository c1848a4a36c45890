"""Text of a random secret that notices when it is misread.

It is a prefix of four characters and 28 of Crockford's base32: 128 random bits, then their remainder by the prime
1021 in ten bits. The prime makes any one wrong character and any two swapped ones detectable.
"""

import hashlib
import secrets

from payments.codes.refusals import CodeUnreadable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BODY_LENGTH = 28
_RANDOM_BITS = 128
_CHECK_BITS = 10
_CHECK_PRIME = 1021
_AS_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_checked_text(prefix: str) -> str:
    """Make a text of 128 bits from the system's secure random source."""
    return _written(prefix, secrets.randbits(_RANDOM_BITS))


def begins_with(text: str, prefix: str) -> bool:
    """Whether a scanned or typed text, read as meant, begins with a prefix."""
    return _as_meant(text).startswith(prefix)


def digest_of_checked_text(text: str, prefix: str) -> bytes:
    """Compute the SHA-256 under which a scanned or typed text is looked up, its prefix included.

    Lower case, hyphens, spaces, O for 0 and I or L for 1 are read as meant (Crockford's base32). Refuses
    CodeUnreadable for everything that is not exactly one well-formed text with this prefix.
    """
    if not text.isascii():
        raise CodeUnreadable(reason="not plain letters and digits")
    read = _as_meant(text)
    if len(read) != len(prefix) + _BODY_LENGTH or not read.startswith(prefix):
        raise CodeUnreadable(reason=f"not {prefix} and {_BODY_LENGTH} characters")
    if any(letter not in _ALPHABET for letter in read):
        raise CodeUnreadable(reason="a character outside the alphabet")
    number = 0
    for letter in read[len(prefix) :]:
        number = number << 5 | _ALPHABET.index(letter)
    random_number = number >> _CHECK_BITS
    if random_number >> _RANDOM_BITS or _written(prefix, random_number) != read:
        raise CodeUnreadable(reason="the check characters do not match")
    return hashlib.sha256(read.encode()).digest()


def _as_meant(text: str) -> str:
    return text.upper().translate(_AS_READ)


def _written(prefix: str, random_number: int) -> str:
    number = random_number << _CHECK_BITS | random_number % _CHECK_PRIME
    letters = [_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_BODY_LENGTH))]
    return prefix + "".join(letters)
