"""The result of a payment, signed: what a paid screen is drawn from, and nothing else.

It is a JSON Web Signature in compact form (RFC 7515, ES256). Whoever has the public key can check it; it says which
payment was made where, when and of how much, and nothing about who made it. Browsers are the ones that read it
(`web/shared/signed-result.ts`).
"""

from datetime import datetime
from uuid import UUID

from identity.provider.jose.keys import SigningKey
from identity.provider.jose.policy import TokenKind
from identity.provider.jose.signed import write_signed
from identity.refusals import TokenInvalid
from payments.codes.match_phrase import match_phrase

PAYMENT_RESULT = TokenKind(("payment-result+jws",), frozenset({"ES256"}), lambda _reason: TokenInvalid())


def sign_result(
    key: SigningKey, *, payment_id: UUID, shop: str, amount_yen: int, paid_at: datetime, now: datetime
) -> str:
    """Sign that a payment is in the books, and what time it is now; times are whole milliseconds since 1970."""
    claims = {
        "payment_id": str(payment_id),
        "shop": shop,
        "amount_yen": amount_yen,
        "paid_at_ms": _milliseconds(paid_at),
        "match_phrase": match_phrase(payment_id),
        "now_ms": _milliseconds(now),
    }
    return write_signed(claims, PAYMENT_RESULT, key)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
