"""Record what a door said to a notice."""

from datetime import datetime

from sqlmodel import Session

from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery
from issuance.notices.rules.pauses import try_again_at
from issuance.notices.store import deliveries as store


def record_notice_attempt(
    session: Session, delivery: NoticeDelivery, *, outcome: DeliveryOutcome, now: datetime
) -> None:
    """Note an attempt. What could not be delivered now is due again after 1, 5 and 30 minutes, 2 and 6 hours.

    After that, and at once when the wallet cannot be reached by its door, the notice is unread in the inbox. What was
    delivered meanwhile stays so.
    """
    waiting = store.lock_waiting(session, delivery.notice.id)
    if waiting is None:
        return
    door, failed = waiting
    attempts = failed + 1
    store.save_attempt(session, delivery.notice.id, attempts, door, outcome, now)
    again_at = try_again_at(attempts, now) if outcome is DeliveryOutcome.TRY_AGAIN else None
    is_fallen_back = outcome is not DeliveryOutcome.DELIVERED and again_at is None
    store.save_delivery(
        session,
        delivery.notice.id,
        door=DoorKind.INBOX if is_fallen_back else door,
        attempts=attempts,
        next_at=again_at or now,
        delivered_at=None if again_at else now,
    )
