"""Keep a request that an application pushed (RFC 9126)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from identity.provider.model import PUSHED_LIFETIME_S, Client
from identity.provider.rules.authorization_request import Parameters, meant_for, read_authorization_request
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.store import grants as store

REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:"


def push_authorization_request(
    session: Session, client: Client, parameters: Parameters, *, subject_hint: str | None = None, now: datetime
) -> str:
    """Store a request and answer the request URI that stands for it, once, for a minute.

    `subject_hint` is the subject that a genuine ID token hint names. Refuses what `read_authorization_request` and then
    `meant_for` refuse.
    """
    request = meant_for(read_authorization_request(parameters, client), subject_hint)

    # Nothing below this line may refuse.
    handle = new_secret()
    until = now + timedelta(seconds=PUSHED_LIFETIME_S)
    store.insert_request(session, digest_of(handle), request, pushed=True, now=now, until=until)
    return REQUEST_URI_PREFIX + handle
