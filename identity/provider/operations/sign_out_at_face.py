"""Sign somebody out at one of our own faces, and with that at the provider and everywhere in that browser."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.rules.secrets import digest_of
from identity.provider.store import sessions as store


def sign_out_at_face(session: Session, cookie: str, client_id: str, *, now: datetime) -> None:
    """End the sign-in that a face's cookie belongs to, with all that came of it; an unknown cookie changes nothing."""
    found = store.find_face_session(session, digest_of(cookie), client_id)
    if found is not None:
        store.end_sessions(session, [found.session_id], "face", now)
