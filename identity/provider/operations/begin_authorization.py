"""Take in a request that a browser brought."""

from datetime import datetime, timedelta

from sqlmodel import Session

from identity.provider.model import REQUEST_LIFETIME_S, AuthorizationRequest, Client
from identity.provider.operations.push_authorization_request import REQUEST_URI_PREFIX
from identity.provider.refusals import AuthorizationRequestOver, PushedRequestNeeded
from identity.provider.rules.authorization_request import Parameters, meant_for, read_authorization_request
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.store import grants as store


def begin_authorization(
    session: Session,
    client: Client,
    parameters: Parameters,
    *,
    browser: str,
    subject_hint: str | None = None,
    now: datetime,
) -> str:
    """Store what a browser brought, tied to that browser, and answer the handle of it for the next ten minutes.

    `browser` is the secret of the browser's own cookie; `subject_hint` is the subject that a genuine ID token hint
    names. Of a pushed request nothing is changed by what the browser brings (RFC 9126, section 4). Refuses, in this
    order: AuthorizationRequestOver for a request URI that is unknown, used, over or another application's; what
    `read_authorization_request` refuses; PushedRequestNeeded for a confidential application; what `meant_for` refuses.
    """
    request = _pushed_request(session, client, parameters, now) or _plain_request(client, parameters, subject_hint)

    # Nothing below this line may refuse.
    handle = new_secret()
    until = now + timedelta(seconds=REQUEST_LIFETIME_S)
    store.insert_request(session, digest_of(handle), request, pushed=False, now=now, until=until)
    store.bind_request(session, digest_of(handle), digest_of(browser))
    return handle


def _pushed_request(
    session: Session, client: Client, parameters: Parameters, now: datetime
) -> AuthorizationRequest | None:
    uris = parameters.get("request_uri", ())
    if len(uris) != 1 or not uris[0].startswith(REQUEST_URI_PREFIX):
        return None
    handle_digest = digest_of(uris[0].removeprefix(REQUEST_URI_PREFIX))
    pushed = store.lock_request(session, handle_digest)
    if pushed is None or not pushed.is_pushed or pushed.used_at is not None or now >= pushed.expires_at:
        raise AuthorizationRequestOver
    if pushed.request.client_id != client.id:
        raise AuthorizationRequestOver
    store.use_request(session, handle_digest, now)
    return pushed.request


def _plain_request(client: Client, parameters: Parameters, subject_hint: str | None) -> AuthorizationRequest:
    request = read_authorization_request(parameters, client)
    if client.is_confidential:
        raise PushedRequestNeeded
    return meant_for(request, subject_hint)
