"""Record that an application was told of the end of a sign-in, or could not be told."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.model import LogoutDelivery
from identity.provider.rules.logout_pauses import tell_again_at
from identity.provider.store import logouts as store


def record_logout_attempt(session: Session, delivery: LogoutDelivery, *, is_delivered: bool, now: datetime) -> None:
    """Note an attempt: what failed is due again after 1, 5 and 30 minutes, 2 and 6 hours, and is then given up."""
    if is_delivered:
        store.save_attempt(session, delivery.id, delivered_at=now)
        return
    again_at = tell_again_at(delivery.attempts + 1, now)
    store.save_attempt(session, delivery.id, next_at=again_at, given_up_at=None if again_at else now)
