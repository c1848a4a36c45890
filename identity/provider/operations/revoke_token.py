"""End a token at the wish of the application that holds it."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.jose.access_token import AccessTokenClaims
from identity.provider.model import Client
from identity.provider.rules.secrets import digest_of
from identity.provider.store import grants as store


def revoke_token(
    session: Session, client: Client, token: str, *, claims: AccessTokenClaims | None, now: datetime
) -> None:
    """End a refresh token with its whole family, or one access token (RFC 7009, section 2.1).

    `claims` are those of the token when it is a genuine access token. A token that is unknown or another
    application's changes nothing, and nothing tells.
    """
    if claims is not None:
        if claims.client_id == client.id:
            store.insert_revoked_token(session, claims.jti, claims.expires_at)
        return
    state = store.lock_refresh_token(session, digest_of(token))
    if state is not None and state.grant.client_id == client.id:
        store.revoke_grants(session, [state.grant.id], "revoked_by_client", now)
