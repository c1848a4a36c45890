"""Questions about applications, sign-ins and agreements."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder
from identity.provider.model import Client, ConsentView, DeviceState, Grant, ProviderSession, SessionView
from identity.provider.refusals import ClientNotRegistered, NotSignedIn
from identity.provider.rules.next_step import signed_in_since
from identity.provider.rules.secrets import digest_of, read_user_code
from identity.provider.rules.sessions import is_open
from identity.provider.store import clients, devices, grants, keys, sessions


def client_by_id(session: Session, client_id: str) -> Client:
    """An application in use. Refuses ClientNotRegistered."""
    found = clients.find_client(session, client_id)
    if found is None:
        raise ClientNotRegistered
    return found


def client_names(session: Session, client_ids: Collection[str]) -> dict[str, str]:
    """The names of applications as people know them, of those too that are in use no more."""
    return clients.find_client_names(session, client_ids)


def stored_keys(session: Session) -> list[keys.StoredKey]:
    """The provider's keys, the oldest first."""
    return keys.find_keys(session)


def signed_in_session(session: Session, cookie: str | None, now: datetime) -> ProviderSession:
    """The open sign-in of a cookie. Refuses NotSignedIn."""
    found = sessions.find_session(session, digest_of(cookie)) if cookie else None
    if found is None or not is_open(found, now):
        raise NotSignedIn
    return found


def request_wants_sign_in_since(session: Session, handle: str, now: datetime) -> datetime | None:
    """Since when the request that waits under a handle wants its person to have signed in.

    None when any sign-in is new enough for it, and when no request waits there.
    """
    pending = grants.lock_request(session, digest_of(handle))
    if pending is None or pending.is_pushed or pending.used_at is not None or now >= pending.expires_at:
        return None
    client = clients.find_client(session, pending.request.client_id)
    return signed_in_since(pending.request, client, asked_at=pending.asked_at, now=now) if client else None


def sessions_of(session: Session, holder: Holder, now: datetime) -> list[SessionView]:
    """The open sign-ins of somebody, the one used last first."""
    return sessions.find_sessions_of(session, holder, now)


def consents_of(session: Session, holder: Holder) -> list[ConsentView]:
    """What somebody agreed to, the latest first."""
    return clients.find_consents(session, holder)


def waiting_device(session: Session, typed_code: str, now: datetime) -> DeviceState | None:
    """The request of a device that waits under this code; None for none that still waits."""
    device = devices.lock_device_by_user_code(session, digest_of(read_user_code(typed_code)))
    return device if device and device.decided_at is None and now < device.expires_at else None


def grant_that_stands(session: Session, grant_id: UUID, token_id: str) -> Grant | None:
    """The grant of an access token, when neither was revoked."""
    grant = grants.find_grant(session, grant_id)
    return None if grant is None or grant.revoked_at or grants.is_token_revoked(session, token_id) else grant
