"""Take a notice of the payment provider into the inbox."""

from datetime import datetime

from sqlmodel import Session

from issuance.provider_model import ProviderEvent
from issuance.store import notices


def receive_webhook(session: Session, event: ProviderEvent, body: bytes, *, now: datetime) -> bool:
    """Store a verified notice with the bytes that arrived; False when it was there before. Nothing else happens."""
    return notices.insert_notice(session, event, body, now)
