"""Revoke sign-in codes of people who may no longer use them."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from identity import store
from identity.model import Holder


def revoke_sign_in_codes(session: Session, holders: Collection[Holder], *, now: datetime) -> None:
    """End the live codes of these holders at once; whoever has none is passed over. Refuses nothing."""
    if holders:
        store.revoke_codes(session, holders, now)
