"""How long somebody stays signed in (ASVS 5.0, 7.3.1 and 7.3.2)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from identity.model import HolderKind
from identity.provider.model import FaceSession, ProviderSession


class Limits(NamedTuple):
    """When a session ends: without use, and in any case."""

    idle: timedelta
    absolute: timedelta


AT_THE_PROVIDER = {
    HolderKind.RESIDENT: Limits(timedelta(minutes=30), timedelta(hours=12)),
    HolderKind.SHOP: Limits(timedelta(minutes=30), timedelta(hours=12)),
    HolderKind.STAFF: Limits(timedelta(minutes=15), timedelta(hours=12)),
}
AT_A_FACE = {
    HolderKind.RESIDENT: Limits(timedelta(hours=12), timedelta(hours=12)),
    HolderKind.SHOP: Limits(timedelta(hours=12), timedelta(hours=12)),
    HolderKind.STAFF: Limits(timedelta(minutes=15), timedelta(hours=12)),
}
"""A wallet and a till stay open for the day they are used: nobody looks for a postcard in a queue."""

SEEN_AGAIN_AFTER = timedelta(seconds=60)
"""A session that was seen this recently is not written again, so that reading a page writes nothing."""


def is_open(session: ProviderSession, now: datetime) -> bool:
    """Whether a sign-in at the provider still stands."""
    return now < session.expires_at and now - session.seen_at < AT_THE_PROVIDER[session.holder.kind].idle


def is_face_open(session: FaceSession, now: datetime) -> bool:
    """Whether a sign-in at a face still stands."""
    limits = AT_A_FACE[session.holder.kind]
    return now - session.started_at < limits.absolute and now - session.seen_at < limits.idle
