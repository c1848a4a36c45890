"""Access tokens of wallets for a benchmark, signed with the key that its provider signs with."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from identity.model import Acr, HolderKind
from identity.provider.jose.access_token import AccessTokenClaims
from identity.provider.jose.keys import SigningKey
from identity.provider.keyring import KeyRing
from identity.provider.operations.make_first_keys import make_first_keys
from identity.provider.queries import stored_keys
from kashiman.keys import Keys
from kernel.db import Database


def provider_key(url: str, keys: Keys, now: datetime) -> SigningKey:
    """Give a database the provider's keys, and take the one that signs access tokens."""
    staff = Database(url, role="kashiman_staff")
    staff.run(lambda session: make_first_keys(session, secret=keys.sealing_key, now=now))
    ring = KeyRing(lambda: staff.run(stored_keys), keys.sealing_key, lambda: now)
    key = ring.signing_key("ES256")
    staff.close()
    return key


def wallet_claims(wallet_id: UUID, issuer: str, now: datetime) -> AccessTokenClaims:
    """What a token for a wallet says, for an hour."""
    return AccessTokenClaims(
        issuer=issuer,
        subject=str(uuid4()),
        audience="wallet",
        client_id="bench",
        scopes=frozenset(),
        issued_at=now,
        expires_at=now + timedelta(hours=1),
        jti=str(uuid4()),
        auth_time=now,
        acr=Acr.POSTCARD,
        kind=HolderKind.RESIDENT,
        wallet_id=wallet_id,
    )
