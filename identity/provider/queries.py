"""Questions about applications, sign-ins and agreements."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder
from identity.provider.model import Client, ConsentView, DeviceState, Grant, ProviderSession, SessionView
from identity.provider.refusals import ClientNotRegistered, NotSignedIn
from identity.provider.rules.secrets import digest_of, read_user_code
from identity.provider.rules.sessions import is_open
from identity.provider.store import clients, devices, grants, keys, sessions


def client_by_id(session: Session, client_id: str) -> Client:
    """An application in use. Refuses ClientNotRegistered."""
    found = clients.find_client(session, client_id)
    if found is None:
        raise ClientNotRegistered
    return found


def stored_keys(session: Session) -> list[keys.StoredKey]:
    """The provider's keys, the oldest first."""
    return keys.find_keys(session)


def signed_in_session(session: Session, cookie: str | None, now: datetime) -> ProviderSession:
    """The open sign-in of a cookie. Refuses NotSignedIn."""
    found = sessions.find_session(session, digest_of(cookie)) if cookie else None
    if found is None or not is_open(found, now):
        raise NotSignedIn
    return found


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
