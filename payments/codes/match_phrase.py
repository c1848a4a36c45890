"""The match phrase: two easy words on both screens of one payment, for two people to compare aloud."""

import hashlib
from uuid import UUID

from payments.codes.match_words import FIRST_WORDS, SECOND_WORDS


def match_phrase(payment_id: UUID) -> str:
    """Give the phrase of a payment: two hiragana words with a space between, one of 65,536, always the same.

    It is drawn from SHA-256 of the id, because neighbouring UUIDv7 ids differ in few bits. It is for people
    to compare and proves nothing to a computer.
    """
    digest = hashlib.sha256(b"match-phrase-1\x00" + payment_id.bytes).digest()
    return f"{FIRST_WORDS[digest[0]]} {SECOND_WORDS[digest[1]]}"
