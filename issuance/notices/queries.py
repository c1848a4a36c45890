"""Questions about notices; frozen views come back."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import DoorKind, InboxNotice
from issuance.notices.store import inbox

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def notices_of(
    session: Session, wallet_id: UUID, *, before: datetime = END_OF_TIME, limit: int = 50
) -> list[InboxNotice]:
    """What a wallet was told, the newest first."""
    return inbox.notices_of(session, wallet_id, before, limit)


def unread_notices(session: Session, wallet_id: UUID) -> int:
    """How many notices wait in a wallet's inbox to be read."""
    return inbox.count_unread(session, wallet_id)


def chosen_door(session: Session, wallet_id: UUID) -> DoorKind:
    """The door by which a wallet's owner wants to be told; without a choice the inbox."""
    return inbox.chosen_door(session, wallet_id)
