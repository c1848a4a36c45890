"""Sign somebody in at the provider."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from identity.model import ProvenSignIn
from identity.provider.model import Authentication, ProviderSession
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.rules.sessions import AT_THE_PROVIDER, is_open
from identity.provider.store import sessions as store
from kernel.ids import new_id

BROWSER_LENGTH_MAX = 80


class StartedSession(NamedTuple):
    """A sign-in and the secret of its new cookie."""

    session_id: UUID
    cookie: str


def start_session(
    session: Session, proven: ProvenSignIn, *, cookie: str | None, browser: str, now: datetime
) -> StartedSession:
    """Start a sign-in, or add a proof to the one that this browser has for the same person.

    The cookie is another one every time (ASVS 5.0, 7.2.4), and somebody else's sign-in in the same browser ends.
    `browser` is what the list of sign-ins shows, such as "Chrome, Android".
    """
    current = store.find_session(session, digest_of(cookie)) if cookie else None
    secret = new_secret()
    proof = Authentication(proven.acr, proven.amr, proven.at)
    if current is not None and current.holder == proven.holder and is_open(current, now):
        store.insert_authentication(session, current.id, proof)
        store.replace_cookie(session, current.id, digest_of(secret), now)
        return StartedSession(current.id, secret)
    if current is not None:
        store.end_sessions(session, [current.id], "replaced", now)
    until = now + AT_THE_PROVIDER[proven.holder.kind].absolute
    made = ProviderSession(new_id(), proven.holder, browser[:BROWSER_LENGTH_MAX], now, now, until, (proof,))
    store.insert_session(session, made, digest_of(secret))
    return StartedSession(made.id, secret)
