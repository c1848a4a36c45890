"""Writing tokens for a grant: who it speaks for, to whom, how strongly proved, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from identity.model import HolderKind, SignedIn
from identity.provider.jose.access_token import AccessTokenClaims, write_access_token
from identity.provider.jose.id_token import IdTokenClaims, write_id_token
from identity.provider.jose.keys import SigningAlgorithm
from identity.provider.jose.pairwise import pairwise_subject
from identity.provider.keyring import KeyRing
from identity.provider.model import Client, Grant, TokenAnswer
from identity.provider.rules.secrets import digest_of, new_secret
from identity.provider.store import clients as store
from identity.provider.store import grants as grant_store


@dataclass(frozen=True)
class Mint:
    """Writes the tokens of one provider; `subject_key` is the secret that subjects are derived from."""

    issuer: str
    keys: KeyRing
    subject_key: bytes = field(repr=False)

    def subject_of(self, session: Session, client: Client, grant: Grant) -> str:
        """The subject that the application's purpose knows the person by (OpenID Connect Core 1.0, section 8.1)."""
        derived = pairwise_subject(self.subject_key, client.sector, grant.holder.id)
        return store.find_or_insert_subject(session, client.sector, grant.holder.id, derived)

    def answer(
        self,
        session: Session,
        grant: Grant,
        client: Client,
        signed_in: SignedIn,
        *,
        thumbprint: str | None,
        refresh_token: str | None,
        now: datetime,
    ) -> TokenAnswer:
        """Write an access token, and an ID token for who asked for `openid`."""
        subject = self.subject_of(session, client, grant)
        access_token = self._access_token(grant, client, signed_in, subject, thumbprint, now)
        is_told = "openid" in grant.scopes
        return TokenAnswer(
            holder=grant.holder,
            access_token=access_token,
            token_type="DPoP" if thumbprint else "Bearer",
            expires_in_s=client.access_lifetime_s,
            scopes=grant.scopes,
            id_token=self._id_token(grant, client, subject, access_token, now) if is_told else None,
            refresh_token=refresh_token,
        )

    def next_refresh_token(
        self, session: Session, grant: Grant, sequence: int, thumbprint: str | None, now: datetime
    ) -> str | None:
        """Make the next refresh token of a grant that lasts; None for one that does not."""
        if grant.expires_at is None:
            return None
        token = new_secret()
        grant_store.insert_refresh_token(session, digest_of(token), grant.id, sequence, thumbprint, now)
        return token

    def _access_token(
        self, grant: Grant, client: Client, signed_in: SignedIn, subject: str, thumbprint: str | None, now: datetime
    ) -> str:
        claims = AccessTokenClaims(
            issuer=self.issuer,
            subject=subject,
            audience=client.audience,
            client_id=client.id,
            scopes=frozenset(grant.scopes),
            issued_at=now,
            expires_at=now + timedelta(seconds=client.access_lifetime_s),
            jti=f"{grant.id.hex}.{new_secret()[:22]}",
            auth_time=grant.auth_time,
            acr=grant.acr,
            dpop_thumbprint=thumbprint,
            kind=grant.holder.kind,
            wallet_id=signed_in.wallet_id,
            merchant_id=signed_in.merchant_id,
            store_id=signed_in.store_id,
            user_id=None if grant.holder.kind is HolderKind.RESIDENT else grant.holder.id,
            role=signed_in.role,
            roles=signed_in.roles,
        )
        return write_access_token(claims, self.keys.signing_key("ES256"))

    def _id_token(self, grant: Grant, client: Client, subject: str, access_token: str, now: datetime) -> str:
        alg: SigningAlgorithm = "ES256" if client.id_token_alg == "ES256" else "RS256"
        claims = IdTokenClaims(
            issuer=self.issuer,
            subject=subject,
            audience=client.id,
            issued_at=now,
            expires_at=now + timedelta(seconds=client.access_lifetime_s),
            auth_time=grant.auth_time,
            acr=grant.acr,
            amr=grant.amr,
            nonce=grant.nonce,
            sid=str(grant.session_id),
        )
        return write_id_token(claims, self.keys.signing_key(alg), access_token=access_token)


def answer_document(answer: TokenAnswer) -> Mapping[str, Any]:
    """The token endpoint's document (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3)."""
    document = {
        "access_token": answer.access_token,
        "token_type": answer.token_type,
        "expires_in": answer.expires_in_s,
        "scope": " ".join(answer.scopes),
        "id_token": answer.id_token,
        "refresh_token": answer.refresh_token,
    }
    return {name: item for name, item in document.items() if item is not None}
