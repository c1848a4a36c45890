"""The consumer-presented code: an opaque, single-use token that says nothing about its owner.

Its text is `KSP1` and 28 characters of Crockford's base32: 128 random bits, then their remainder by the prime
1021 in ten bits. The prime makes any one wrong character and any two swapped ones detectable.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.codes.refusals import CodeUnreadable

CODE_LIFETIME_S = 60
CODE_GRACE_S = 10

_PREFIX = "KSP1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BODY_LENGTH = 28
_RANDOM_BITS = 128
_CHECK_BITS = 10
_CHECK_PRIME = 1021
_AS_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True)
class ConsumerCode:
    """A new code: `text` for the picture, never stored; `digest`, 32 bytes of SHA-256, for the database."""

    text: str
    digest: bytes


def new_consumer_code() -> ConsumerCode:
    """Make a code of 128 bits from the system's secure random source."""
    text = _written(secrets.randbits(_RANDOM_BITS))
    return ConsumerCode(text, digest_of(text))


def digest_of(text: str) -> bytes:
    """Compute the SHA-256 under which a scanned or typed code is looked up.

    Lower case, hyphens, spaces, O for 0 and I or L for 1 are read as meant (Crockford's base32). Refuses
    CodeUnreadable for everything that is not exactly one well-formed code.
    """
    if not text.isascii():
        raise CodeUnreadable(reason="not plain letters and digits")
    read = text.upper().translate(_AS_READ)
    if len(read) != len(_PREFIX) + _BODY_LENGTH or not read.startswith(_PREFIX):
        raise CodeUnreadable(reason=f"not {_PREFIX} and {_BODY_LENGTH} characters")
    if any(letter not in _ALPHABET for letter in read):
        raise CodeUnreadable(reason="a character outside the alphabet")
    number = 0
    for letter in read[len(_PREFIX) :]:
        number = number << 5 | _ALPHABET.index(letter)
    random_number = number >> _CHECK_BITS
    if random_number >> _RANDOM_BITS or _written(random_number) != read:
        raise CodeUnreadable(reason="the check characters do not match")
    return hashlib.sha256(read.encode()).digest()


def consumer_code_is_live(issued_at: datetime, now: datetime) -> bool:
    """Decide whether a code may still be used: for 60 s and a grace of 10 s, the last instant excluded.

    An issue time ahead of `now` counts as a clock running ahead, within the same grace.
    """
    grace = timedelta(seconds=CODE_GRACE_S)
    return -grace <= now - issued_at < timedelta(seconds=CODE_LIFETIME_S) + grace


def _written(random_number: int) -> str:
    number = random_number << _CHECK_BITS | random_number % _CHECK_PRIME
    letters = [_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_BODY_LENGTH))]
    return _PREFIX + "".join(letters)
