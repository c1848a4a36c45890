"""Say who is signed in at a face, and note that they are there."""

from datetime import datetime

from sqlmodel import Session

from identity.model import SignedIn
from identity.provider.model import FaceSession
from identity.provider.refusals import NotSignedIn
from identity.provider.rules.secrets import digest_of
from identity.provider.rules.sessions import SEEN_AGAIN_AFTER, is_face_open
from identity.provider.store import sessions as store
from identity.queries import signed_in_of


def use_face_session(session: Session, cookie: str, client_id: str, *, now: datetime) -> tuple[FaceSession, SignedIn]:
    """The face session of a cookie and who it is, with the rights that they have now.

    Refuses NotSignedIn for a cookie that is unknown, ended, over, or whose sign-in at the provider was ended.
    """
    cookie_digest = digest_of(cookie)
    found = store.find_face_session(session, cookie_digest, client_id)
    if found is None or not is_face_open(found, now):
        raise NotSignedIn
    signed_in = signed_in_of(session, found.holder)
    if signed_in is None:
        raise NotSignedIn
    if now - found.seen_at >= SEEN_AGAIN_AFTER:
        store.save_face_seen(session, cookie_digest, now)
    return found, signed_in
