"""Take a poster out of use."""

from datetime import datetime

from sqlmodel import Session

from merchants.refusals import PosterRevoked, PosterUnknown
from merchants.store import shops


def revoke_poster(session: Session, serial: str, *, now: datetime) -> None:
    """Revoke a poster for good. Refuses, in this order: PosterUnknown; PosterRevoked when it was revoked before."""
    poster = shops.lock_poster(session, serial)
    if poster is None:
        raise PosterUnknown(serial)
    if poster.revoked_at is not None:
        raise PosterRevoked(serial, poster.revoked_at.isoformat())

    # Nothing below this line may refuse.
    shops.save_revocation(session, serial, now)
