"""Stripe's test cards that the double knows, and what tells one card from another."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A test payment method: what becomes of a payment with it, and what is printed on the card."""

    outcome: str
    brand: str
    last4: str


CARDS: dict[str, Card] = {
    "pm_card_visa": Card("succeeds", "visa", "4242"),
    "pm_card_mastercard": Card("succeeds", "mastercard", "4444"),
    "pm_card_jcb": Card("succeeds", "jcb", "0505"),
    "pm_card_authenticationRequired": Card("authenticates", "visa", "3184"),
    "pm_card_visa_chargeDeclined": Card("generic_decline", "visa", "0002"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": Card("insufficient_funds", "visa", "9995"),
}


def fingerprint(number: str) -> str:
    """What Stripe shows instead of a card's number: the same for each use of one card, in one account."""
    return hashlib.sha256(f"card {number}".encode()).hexdigest()[:16]
