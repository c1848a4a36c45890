"""Let a device without a browser ask somebody with one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from identity.provider.model import DEVICE_INTERVAL_S, DEVICE_LIFETIME_S, Client, DeviceState, GrantType
from identity.provider.refusals import AuthorizationRequestInvalid, GrantTypeNotAllowed, ScopeNotAllowed
from identity.provider.rules.secrets import digest_of, new_secret, new_user_code
from identity.provider.store import devices as store

APPLICATION_LENGTH_MAX = 64


class DeviceCodes(NamedTuple):
    """What the device keeps, and what it shows."""

    device_code: str
    user_code: str
    expires_in_s: int
    interval_s: int


def begin_device_authorization(
    session: Session, client: Client, *, scopes: Collection[str], application: str, now: datetime
) -> DeviceCodes:
    """Make the codes for one request of a device, good for three minutes and for one application (RFC 8628).

    `application` is the reference of what is asked for, such as a certificate's, and is shown to the person. Refuses,
    in this order: GrantTypeNotAllowed; ScopeNotAllowed; AuthorizationRequestInvalid for a reference that is none.
    """
    if GrantType.DEVICE not in client.grant_types:
        raise GrantTypeNotAllowed
    if not set(scopes) <= client.scopes:
        raise ScopeNotAllowed
    if not (application.isprintable() and 0 < len(application) <= APPLICATION_LENGTH_MAX):
        raise AuthorizationRequestInvalid("application")

    # Nothing below this line may refuse.
    device_code, user_code = new_secret(), new_user_code()
    until = now + timedelta(seconds=DEVICE_LIFETIME_S)
    waiting = DeviceState(client.id, tuple(scopes), application, now, until, None, DEVICE_INTERVAL_S, None, None, None)
    store.insert_device(session, digest_of(device_code), digest_of(user_code), waiting)
    return DeviceCodes(device_code, user_code, DEVICE_LIFETIME_S, DEVICE_INTERVAL_S)
