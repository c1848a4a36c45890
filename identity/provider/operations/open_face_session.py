"""Keep a browser signed in at one of our own faces."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Acr
from identity.provider.model import FaceSession
from identity.provider.refusals import NotSignedIn
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.rules.sessions import AT_A_FACE
from identity.provider.store import sessions as store


def open_face_session(
    session: Session,
    *,
    client_id: str,
    session_id: UUID,
    acr: Acr,
    auth_time: datetime,
    earlier_cookie: str | None,
    now: datetime,
) -> str:
    """Start a face session and answer the secret of its cookie; what the browser had before ends (ASVS 5.0, 7.2.4).

    Refuses NotSignedIn when the sign-in at the provider has ended in the meantime.
    """
    holder = store.find_holder_of_session(session, session_id)
    if holder is None:
        raise NotSignedIn

    # Nothing below this line may refuse.
    if earlier_cookie:
        store.end_face_session(session, digest_of(earlier_cookie), now)
    limits = AT_A_FACE[holder.kind]
    secret = new_secret()
    made = FaceSession(client_id, session_id, holder, acr, auth_time, now, now)
    idle_s = int(limits.idle.total_seconds())
    store.insert_face_session(session, digest_of(secret), made, idle_s, now + limits.absolute)
    return secret
