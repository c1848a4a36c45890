"""Go on with a request: to the next page, or back to the application with a code."""

from datetime import datetime, timedelta

from sqlmodel import Session

from identity.provider.model import (
    CODE_LIFETIME_S,
    Answer,
    Authentication,
    AuthorizationRequest,
    Browser,
    Client,
    Grant,
    NextPage,
    PendingRequest,
    ProviderSession,
    Step,
)
from identity.provider.refusals import AuthorizationRequestOver, LoginRequired, ProtocolRefusal
from identity.provider.rules.next_step import decide_next_step
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.store import clients as client_store
from identity.provider.store import grants as grant_store
from identity.provider.store import sessions as session_store
from identity.provider.waiting import find_pending, refuse_request, signed_in_here
from kernel.ids import new_id


def continue_authorization(session: Session, handle: str, browser: Browser, *, now: datetime) -> NextPage | Answer:
    """Say what a request needs next; when it needs nothing, grant it, and answer the code that works once.

    Refuses AuthorizationRequestOver for a request that is unknown, used, over, or another browser's. A refusal in the
    standard's words is an answer to the application.
    """
    pending = find_pending(session, handle, browser, now)
    request = pending.request
    client = client_store.find_client(session, request.client_id)
    if client is None:
        raise AuthorizationRequestOver
    signed_in = signed_in_here(session, browser, now)
    consents = client_store.find_consents(session, signed_in.holder) if signed_in else []
    ours = [consent for consent in consents if consent.client_id == client.id]
    try:
        meant = _meant(session, signed_in, pending, client)
        decision = decide_next_step(request, client, meant, ours, asked_at=pending.asked_at, now=now)
    except ProtocolRefusal as refusal:
        return refuse_request(session, handle, request, refusal, signed_in, now)
    if decision.step is not Step.ANSWER or signed_in is None or decision.authentication is None:
        return NextPage(decision, client, request, signed_in)

    # Nothing below this line may refuse.
    code = _grant(session, request, client, signed_in, decision.authentication, now)
    grant_store.use_request(session, digest_of(handle), now)
    session_store.save_seen(session, signed_in.id, now)
    return Answer(request, {"code": code}, signed_in.holder)


def _meant(
    session: Session, signed_in: ProviderSession | None, pending: PendingRequest, client: Client
) -> ProviderSession | None:
    """The sign-in, when it is that of whom the application means.

    Refuses LoginRequired when somebody else has signed in for this request (OpenID Connect Core 1.0, section 3.1.2.2).
    """
    hint = pending.request.subject_hint
    if signed_in is None or hint is None:
        return signed_in
    if client_store.find_holder_of_subject(session, client.sector, hint) == signed_in.holder.id:
        return signed_in
    if signed_in.latest().at >= pending.asked_at:
        raise LoginRequired
    return None


def _grant(
    session: Session,
    request: AuthorizationRequest,
    client: Client,
    signed_in: ProviderSession,
    proof: Authentication,
    now: datetime,
) -> str:
    lifetime_s = client.refresh_lifetime_s if "offline_access" in request.scopes else None
    grant = Grant(
        id=new_id(),
        client_id=client.id,
        session_id=signed_in.id,
        holder=signed_in.holder,
        scopes=request.scopes,
        acr=proof.acr,
        amr=proof.amr,
        auth_time=proof.at,
        nonce=request.nonce,
        granted_at=now,
        expires_at=now + timedelta(seconds=lifetime_s) if lifetime_s is not None else None,
    )
    code = new_secret()
    grant_store.insert_grant(session, grant)
    grant_store.insert_code(session, digest_of(code), grant, request, now + timedelta(seconds=CODE_LIFETIME_S))
    session_store.insert_session_client(session, signed_in.id, client.id, now)
    return code
