"""Choose by which door to be told."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import DoorKind
from issuance.notices.store import inbox as store


def choose_door(session: Session, wallet_id: UUID, *, door: DoorKind, now: datetime) -> None:
    """Let the notices of a wallet that are made from now on go through this door; the same choice changes nothing."""
    store.choose_door(session, wallet_id, door, now)
