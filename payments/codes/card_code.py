"""The code on a paper card: an opaque token that lives as long as the card and says nothing about its owner.

Its prefix is its own, so that a till knows a card from the code of a phone before it asks anybody. Nothing about the
card is derived from it and it is derived from nothing: who knows the serial, the wallet or another card knows no code.
"""

import re
from dataclasses import dataclass, field

from payments.codes.checked_text import begins_with, digest_of_checked_text, new_checked_text

CARD_PREFIX = "KSC1"

_TWELVE_DIGITS = re.compile("[0-9]{12}")


@dataclass(frozen=True)
class CardCode:
    """A new code: `text` for the printed picture, never stored; `digest`, 32 bytes of SHA-256, for the database."""

    text: str = field(repr=False)
    digest: bytes


def new_card_code() -> CardCode:
    """Make a code of 128 bits from the system's secure random source.

    One with twelve digits on end is drawn again: it could be taken for a My Number, which is refused wherever it is
    sent, and this code is sent for years.
    """
    text = new_checked_text(CARD_PREFIX)
    while _TWELVE_DIGITS.search(text):
        text = new_checked_text(CARD_PREFIX)
    return CardCode(text, card_digest_of(text))


def is_card_code(text: str) -> bool:
    """Whether a scanned or typed text says that it is a card's."""
    return begins_with(text, CARD_PREFIX)


def card_digest_of(text: str) -> bytes:
    """Compute the SHA-256 under which a card's code is looked up.

    Read as `digest_of_checked_text` does. Refuses CodeUnreadable.
    """
    return digest_of_checked_text(text, CARD_PREFIX)
