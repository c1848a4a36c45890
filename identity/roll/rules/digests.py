"""What is kept of the roll's own numbers: HMAC-SHA256 (RFC 2104) under a key that the database never sees."""

import hashlib
import hmac
from datetime import date
from uuid import UUID

from identity.roll.rules.address import comparable_address
from identity.roll.rules.text import comparable_kana
from kernel.ids import derived_id


def roll_digest(key: bytes, roll_number: str) -> bytes:
    """By what somebody is recognised from import to import; the number in its normal form."""
    return _digest(key, "roll number", roll_number)


def household_of(key: bytes, household_number: str) -> UUID:
    """The id of a household, the same in every import; the number in its normal form."""
    return derived_id("household of the roll", _digest(key, "household number", household_number).hex())


def name_birth_digest(key: bytes, family_kana: str, given_kana: str, birth_date: date) -> bytes:
    """By what somebody who knows their reading and birthday is found; readings in normal form."""
    return _digest(key, "name and birth", f"{comparable_kana(family_kana + given_kana)} {birth_date.isoformat()}")


def address_digest(key: bytes, address: str) -> bytes:
    """By what an address is compared, however it is written; without the building."""
    return _digest(key, "address", comparable_address(address))


def _digest(key: bytes, purpose: str, text: str) -> bytes:
    """One key serves several purposes, and a digest of one says nothing about another."""
    return hmac.digest(key, f"{purpose}\0{text}".encode(), hashlib.sha256)
