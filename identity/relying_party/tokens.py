"""Accepting an access token at one of our own interfaces: no database, and the key that it is bound to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from fastapi import Request

from identity.provider.jose.access_token import AccessTokenClaims, AccessTokenVerifier
from identity.provider.jose.dpop import only_proof, verify_dpop_proof
from identity.provider.jose.refusals import DpopProofInvalid
from identity.refusals import TokenInvalid, TokenMissing

REMEMBERED_FOR = timedelta(minutes=3)
SCHEMES = ("bearer", "dpop")


@dataclass
class SeenProofs:
    """Proofs that this process has seen; a proof lives two minutes, so nothing older is kept."""

    _seen: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_new(self, thumbprint: str, jti: str, now: datetime) -> bool:
        """Note a proof; False when it was seen before."""
        with self._lock:
            while self._seen and now - next(iter(self._seen.values())) > REMEMBERED_FOR:
                del self._seen[next(iter(self._seen))]
            if (thumbprint, jti) in self._seen:
                return False
            self._seen[thumbprint, jti] = now
            return True


@dataclass(frozen=True)
class TokenGuard:
    """Accepts tokens for one audience. `issuer` is the address that proofs name, whatever stands before us."""

    verifier: AccessTokenVerifier
    issuer: str
    audience: str
    now: Callable[[], datetime]
    seen: SeenProofs = field(default_factory=SeenProofs)

    def claims(self, request: Request) -> AccessTokenClaims:
        """What the token in the Authorization header proves.

        A token that is bound to a key comes by the scheme DPoP with a fresh proof of that key (RFC 9449, section 7.1).
        Refuses, in this order: TokenMissing, TokenInvalid, TokenExpired, DpopProofInvalid.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            raise TokenMissing
        now = self.now()
        claims = self.verifier.verify(token, self.audience, now)
        if (scheme.lower() == "dpop") != (claims.dpop_thumbprint is not None):
            raise TokenInvalid
        if claims.dpop_thumbprint is not None:
            self._demand_proof(request, token, claims.dpop_thumbprint, now)
        return claims

    def _demand_proof(self, request: Request, token: str, thumbprint: str, now: datetime) -> None:
        proof = verify_dpop_proof(
            only_proof(request.headers.getlist("dpop")),
            method=request.method,
            url=f"{self.issuer}{request.url.path}",
            now=now,
            access_token=token,
            expected_thumbprint=thumbprint,
        )
        if not self.seen.is_new(proof.thumbprint, proof.jti, now):
            raise DpopProofInvalid("jti")


def has_token(request: Request) -> bool:
    """Whether a program asks with a token, and not a browser with its cookie."""
    return request.headers.get("authorization", "").partition(" ")[0].lower() in SCHEMES
