"""What an application may know of the person (OpenID Connect Core 1.0, section 5.3)."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from identity.access.model import PersonField
from identity.access.operations.record_disclosure import record_disclosure
from identity.model import HolderKind
from identity.provider.jose.access_token import AccessTokenClaims
from identity.provider.queries import grant_that_stands
from identity.queries import resident_profile
from identity.refusals import TokenInvalid, TokenMissing
from identity_provider.caller import DpopHeaders, proven_thumbprint, proving
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import document, protocol_router
from identity_provider.routes.introspection import access_claims, grant_id_of
from kernel.db import Session
from kernel.refusals import Refusal

router = protocol_router()
PATH = "/id/userinfo"
FOUR_BASICS = "profile4.read"
TOLD = (PersonField.NAME, PersonField.BIRTH_DATE, PersonField.ADDRESS)


@router.get(PATH)
def userinfo_by_get(request: Request, proofs: DpopHeaders, parts: Parts) -> Response:
    """The subject, and with the scope for it the resident roll's name, birth date and address."""
    return _userinfo(request, proofs, parts)


@router.post(PATH)
def userinfo_by_post(request: Request, proofs: DpopHeaders, parts: Parts) -> Response:
    """The same, asked by POST with the token in the header."""
    return _userinfo(request, proofs, parts)


def _userinfo(request: Request, proofs: Sequence[str], parts: ProviderParts) -> Response:
    now = parts.clock.now()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        claims = _claims(scheme.lower(), token, parts, now)
        content = proving(parts, lambda session: _told(session, claims, request, token, proofs, parts, now))
    except Refusal as refusal:
        scheme_name = "DPoP" if scheme.lower() == "dpop" else "Bearer"
        error = "" if isinstance(refusal, TokenMissing) else ' error="invalid_token"'
        return document({"error": "invalid_token"}, 401, {"WWW-Authenticate": f"{scheme_name}{error}"})
    return document(content)


def _claims(scheme: str, token: str, parts: ProviderParts, now: datetime) -> AccessTokenClaims:
    """Refuses TokenMissing; TokenInvalid also for a token bound to a key that comes without one, or the reverse."""
    if scheme not in ("bearer", "dpop") or not token:
        raise TokenMissing
    claims = access_claims(token, parts, now)
    if claims is None or "openid" not in claims.scopes or (scheme == "dpop") != (claims.dpop_thumbprint is not None):
        raise TokenInvalid
    return claims


def _told(
    session: Session,
    claims: AccessTokenClaims,
    request: Request,
    token: str,
    proofs: Sequence[str],
    parts: ProviderParts,
    now: datetime,
) -> dict[str, object]:
    if claims.dpop_thumbprint is not None:
        proven = proven_thumbprint(
            session,
            proofs,
            parts,
            method=request.method,
            path=PATH,
            now=now,
            access_token=token,
            expected=claims.dpop_thumbprint,
        )
        if proven is None:
            raise TokenInvalid
    grant = grant_that_stands(session, grant_id_of(claims), claims.jti)
    if grant is None:
        raise TokenInvalid
    if FOUR_BASICS not in claims.scopes or grant.holder.kind is not HolderKind.RESIDENT:
        return {"sub": claims.subject}
    person = resident_profile(session, grant.holder.id)
    record_disclosure(session, grant.holder.id, client_id=grant.client_id, fields=TOLD, now=now)
    return {
        "sub": claims.subject,
        "name": person.display_name,
        "birthdate": person.birth_date.isoformat(),
        "address": {"formatted": person.address, "postal_code": person.postal_code, "country": "JP"},
    }
