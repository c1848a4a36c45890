"""What a token is worth right now (RFC 7662), and its end at an application's wish (RFC 7009)."""

from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from identity.provider.jose.access_token import AccessTokenClaims, claimed_audience
from identity.provider.model import Client
from identity.provider.operations.revoke_token import revoke_token
from identity.provider.queries import grant_that_stands
from identity.provider.refusals import ClientNotProven
from identity_provider.caller import calling_client, proving
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import Form, SentForm, document, protocol_router
from kernel.db import Session
from kernel.refusals import Refusal

router = protocol_router()
INTROSPECT, REVOKE = "/id/introspect", "/id/revoke"


@router.post(INTROSPECT)
def introspect(form: SentForm, parts: Parts) -> Response:
    """Say whether an access token still stands; to an application it was not made for, none does."""
    now = parts.clock.now()
    return document(proving(parts, lambda session: _introspected(session, form, parts, now)))


@router.post(REVOKE)
def revoke(form: SentForm, parts: Parts) -> Response:
    """End a token; one that is unknown is as good as ended."""
    now = parts.clock.now()

    def work(session: Session) -> None:
        client = calling_client(session, form, parts, REVOKE, now)
        token = form.demand("token")
        revoke_token(session, client, token, claims=access_claims(token, parts, now), now=now)

    proving(parts, work)
    return document({})


def access_claims(token: str, parts: ProviderParts, now: datetime) -> AccessTokenClaims | None:
    """The claims of a genuine access token of ours for whatever audience; None for anything else."""
    audience = claimed_audience(token)
    try:
        return None if audience is None else parts.verifier.verify(token, audience, now)
    except Refusal:
        return None


def grant_id_of(claims: AccessTokenClaims) -> UUID:
    """The grant that an access token came of: the first half of its id."""
    return UUID(claims.jti.partition(".")[0])


def _introspected(session: Session, form: Form, parts: ProviderParts, now: datetime) -> dict[str, object]:
    client = calling_client(session, form, parts, INTROSPECT, now)
    if not client.is_confidential:
        raise ClientNotProven
    claims = access_claims(form.demand("token"), parts, now)
    if claims is None or not _is_concerned(client, claims):
        return {"active": False}
    if grant_that_stands(session, grant_id_of(claims), claims.jti) is None:
        return {"active": False}
    return {
        "active": True,
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "client_id": claims.client_id,
        "scope": " ".join(sorted(claims.scopes)),
        "iat": int(claims.issued_at.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "auth_time": int(claims.auth_time.timestamp()),
        "acr": claims.acr.value,
        "jti": claims.jti,
        "token_type": "DPoP" if claims.dpop_thumbprint else "Bearer",
        **({"cnf": {"jkt": claims.dpop_thumbprint}} if claims.dpop_thumbprint else {}),
    }


def _is_concerned(client: Client, claims: AccessTokenClaims) -> bool:
    return client.id == claims.client_id or client.audience == claims.audience
