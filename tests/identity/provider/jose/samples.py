"""Genuine tokens of every kind with their readers, and tokens that nobody should believe."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

from identity.model import Acr, HolderKind
from identity.provider.jose.access_token import AccessTokenClaims, AccessTokenVerifier, write_access_token
from identity.provider.jose.client_assertion import verify_client_assertion, write_client_assertion
from identity.provider.jose.dpop import verify_dpop_proof, write_dpop_proof
from identity.provider.jose.id_token import IdTokenClaims, read_id_token, read_id_token_hint, write_id_token
from identity.provider.jose.keys import SigningKey, jwks, new_signing_key, private_key, public_jwk, public_key
from identity.provider.jose.logout_token import LogoutTokenClaims, read_logout_token, write_logout_token
from identity.provider.jose.refusals import (
    ClientAssertionInvalid,
    DpopProofInvalid,
    IdTokenHintInvalid,
    IdTokenInvalid,
    LogoutTokenInvalid,
)
from identity.refusals import TokenInvalid
from kernel.clock import city_time
from kernel.ids import derived_id
from kernel.refusals import Refusal

NOW = city_time(date(2026, 9, 1), 10)
NOW_S = int(NOW.timestamp())
ISSUER = "https://id.example.jp"
TOKEN_ENDPOINT = f"{ISSUER}/token"
CLIENT = "merchant-portal"
API = "wallet-api"
SUBJECT = "Zx7Qm3TtN0hQe1yC5b8Vd2kLr9sWf4uJ6pA0oGiHxYw"
NONCE = "n-0S6_WzA2Mj"

EC = new_signing_key("ES256")
RSA = new_signing_key("RS256")
KEYS = {key.kid: public_key(key) for key in (EC, RSA)}
find_key = KEYS.get
CLIENT_JWKS = jwks([EC, RSA])

ACCESS = AccessTokenClaims(
    issuer=ISSUER,
    subject=SUBJECT,
    audience=API,
    client_id="wallet",
    scopes=frozenset({"openid", "wallet.read", "wallet.pay"}),
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
    jti="01J6-access",
    auth_time=NOW - timedelta(minutes=2),
    acr=Acr.PASSKEY,
    kind=HolderKind.RESIDENT,
    dpop_thumbprint=EC.kid,
    wallet_id=derived_id("wallet", "taro"),
)
ID = IdTokenClaims(
    issuer=ISSUER,
    subject=SUBJECT,
    audience=CLIENT,
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
    auth_time=NOW - timedelta(minutes=2),
    acr=Acr.PASSKEY,
    amr=("pop", "user"),
    sid="session-1",
    nonce=NONCE,
)
LOGOUT = LogoutTokenClaims(
    issuer=ISSUER,
    audience=CLIENT,
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=2),
    jti="01J6-logout",
    subject=SUBJECT,
    sid="session-1",
)


def read_access(token: str) -> object:
    return AccessTokenVerifier(find_key, ISSUER).verify(token, API, NOW)


def read_id(token: str, alg: str = "ES256") -> object:
    return read_id_token(
        token,
        find_key=find_key,
        issuer=ISSUER,
        client_id=CLIENT,
        alg=alg,
        nonce=NONCE,
        access_token=ACCESS_TOKEN,
        now=NOW,
    )


def read_hint(token: str) -> object:
    return read_id_token_hint(token, find_key=find_key, issuer=ISSUER, audience=CLIENT)


def read_logout(token: str, alg: str = "ES256") -> object:
    return read_logout_token(token, find_key=find_key, issuer=ISSUER, client_id=CLIENT, alg=alg, now=NOW)


def read_proof(token: str) -> object:
    return verify_dpop_proof(token, method="POST", url=TOKEN_ENDPOINT, now=NOW)


def read_assertion(token: str) -> object:
    return verify_client_assertion(
        token, client_id=CLIENT, client_jwks=CLIENT_JWKS, audiences={ISSUER, TOKEN_ENDPOINT}, now=NOW
    )


@dataclass(frozen=True)
class Sample:
    """A genuine token of one kind with its reader, and how that reader says no."""

    name: str
    token: str
    read: Callable[[str], object]
    refusal: type[Refusal]

    def __repr__(self) -> str:
        return self.name


ACCESS_TOKEN = write_access_token(ACCESS, EC)
SAMPLES = (
    Sample("access_token", ACCESS_TOKEN, read_access, TokenInvalid),
    Sample("id_token", write_id_token(ID, EC, access_token=ACCESS_TOKEN), read_id, IdTokenInvalid),
    Sample("id_token_hint", write_id_token(ID, RSA), read_hint, IdTokenHintInvalid),
    Sample("logout_token", write_logout_token(LOGOUT, EC), read_logout, LogoutTokenInvalid),
    Sample(
        "dpop_proof",
        write_dpop_proof(EC, method="POST", url=TOKEN_ENDPOINT, now=NOW, jti="proof-1"),
        read_proof,
        DpopProofInvalid,
    ),
    Sample(
        "client_assertion",
        write_client_assertion(EC, client_id=CLIENT, audience=ISSUER, now=NOW, jti="assertion-1"),
        read_assertion,
        ClientAssertionInvalid,
    ),
)


def header_of(token: str) -> dict[str, Any]:
    return _json_of(token.split(".", maxsplit=1)[0])


def claims_of(token: str) -> dict[str, Any]:
    return _json_of(token.split(".")[1])


def signer_of(token: str) -> SigningKey:
    return RSA if header_of(token)["alg"] == "RS256" else EC


def forged(token: str, *, key: SigningKey | None = None, header: object = (), claims: object = ()) -> str:
    """A token like another with some members of its header or claims replaced, really signed; bytes replace all."""
    parts = [
        _changed(header_of(token), header),
        _changed(claims_of(token), claims),
    ]
    return sealed(parts[0], parts[1], key or signer_of(token))


def sealed(header: bytes, claims: bytes, key: SigningKey) -> str:
    """Any bytes as header and claims under a real signature by the key's algorithm, whatever the header says."""
    signing_input = f"{unpadded(header)}.{unpadded(claims)}"
    return f"{signing_input}.{unpadded(_signature(signing_input.encode(), key))}"


def without(token: str, *names: str, key: SigningKey | None = None) -> str:
    """A token that lacks some claims, really signed."""
    claims = {name: claim for name, claim in claims_of(token).items() if name not in names}
    return sealed(json.dumps(header_of(token)).encode(), json.dumps(claims).encode(), key or signer_of(token))


def unpadded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def in_joserfc(key: SigningKey) -> ECKey | RSAKey:
    """The private key as another library holds it."""
    return ECKey.import_key(key.private_pem) if key.alg == "ES256" else RSAKey.import_key(key.private_pem)


def public_members(key: SigningKey) -> dict[str, str]:
    return {name: member for name, member in public_jwk(key).items() if name in ("kty", "crv", "x", "y", "n", "e")}


def _changed(members: Mapping[str, Any], change: object) -> bytes:
    if isinstance(change, bytes):
        return change
    if isinstance(change, Mapping):
        members = {**members, **change}
    return json.dumps(members).encode()


def _signature(content: bytes, key: SigningKey) -> bytes:
    private = private_key(key)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(content, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return private.sign(content, padding.PKCS1v15(), hashes.SHA256())


def _json_of(part: str) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return members
