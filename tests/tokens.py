"""Access tokens for tests, as the provider would write them, and the guard that accepts them."""

from datetime import datetime, timedelta
from uuid import uuid4

from identity.model import Acr, HolderKind, SignedIn
from identity.provider.jose.access_token import AccessTokenClaims, AccessTokenVerifier, write_access_token
from identity.provider.jose.keys import SigningKey, new_signing_key, public_jwk, public_key, thumbprint
from identity.relying_party.tokens import TokenGuard
from kernel.clock import Clock


class TokenPress:
    """A provider's key, without the provider."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = new_signing_key("ES256")
        self._public = {self.key.kid: public_key(self.key)}

    def issue(
        self,
        signed_in: SignedIn,
        audience: str,
        now: datetime,
        lifetime_s: int = 600,
        *,
        bound_to: SigningKey | None = None,
    ) -> str:
        """A token for whoever signed in; `bound_to` is the key of an application that proves possession of it."""
        claims = AccessTokenClaims(
            issuer=self.issuer,
            subject=str(uuid4()),
            audience=audience,
            client_id=audience,
            scopes=frozenset({"openid"}),
            issued_at=now,
            expires_at=now + timedelta(seconds=lifetime_s),
            jti=str(uuid4()),
            auth_time=now,
            acr=Acr.POSTCARD,
            kind=signed_in.kind,
            dpop_thumbprint=thumbprint(public_jwk(bound_to)) if bound_to else None,
            wallet_id=signed_in.wallet_id,
            merchant_id=signed_in.merchant_id,
            store_id=signed_in.store_id,
            user_id=None if signed_in.kind is HolderKind.RESIDENT else signed_in.subject,
            role=signed_in.role,
            roles=signed_in.roles,
        )
        return write_access_token(claims, self.key)

    def guard(self, audience: str, clock: Clock) -> TokenGuard:
        """What accepts these tokens."""
        return TokenGuard(AccessTokenVerifier(self._public.get, self.issuer), self.issuer, audience, clock.now)
