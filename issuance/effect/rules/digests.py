"""What keeps an answer single without knowing whose it is."""

import hashlib
import hmac
from uuid import UUID

from issuance.effect.model import SurveyMoment


def answer_digest(key: bytes, campaign_id: UUID, moment: SurveyMoment, wallet_id: UUID) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of a wallet for one campaign and moment; another survey's digests tell nothing of it."""
    message = b"survey answer\0" + campaign_id.bytes + wallet_id.bytes + moment.value.encode()
    return hmac.new(key, message, hashlib.sha256).digest()
