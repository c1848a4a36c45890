"""The consumer-presented code: an opaque, single-use token that says nothing about its owner.

Its text is `KSP1` and 28 characters that detect any one wrong character and any two swapped ones.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.codes.checked_text import digest_of_checked_text, new_checked_text

CODE_LIFETIME_S = 60
CODE_GRACE_S = 10

_PREFIX = "KSP1"


@dataclass(frozen=True)
class ConsumerCode:
    """A new code: `text` for the picture, never stored; `digest`, 32 bytes of SHA-256, for the database."""

    text: str
    digest: bytes


def new_consumer_code() -> ConsumerCode:
    """Make a code of 128 bits from the system's secure random source."""
    text = new_checked_text(_PREFIX)
    return ConsumerCode(text, digest_of(text))


def digest_of(text: str) -> bytes:
    """Compute the SHA-256 under which a scanned or typed code is looked up.

    Read as `digest_of_checked_text` does. Refuses CodeUnreadable.
    """
    return digest_of_checked_text(text, _PREFIX)


def consumer_code_is_live(issued_at: datetime, now: datetime, replaced_at: datetime | None = None) -> bool:
    """Decide whether a code may still be used: for 60 s, or until it is replaced, and a grace of 10 s after that.

    The last instant is excluded. An issue time ahead of `now` counts as a clock running ahead, within the same grace.
    """
    grace = timedelta(seconds=CODE_GRACE_S)
    ends_at = issued_at + timedelta(seconds=CODE_LIFETIME_S)
    if replaced_at is not None:
        ends_at = min(ends_at, replaced_at)
    return issued_at - grace <= now < ends_at + grace
