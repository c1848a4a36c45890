"""The provider's keys as a process holds them: read once, and again when they may have changed."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from identity.provider.jose.keys import (
    PublicKey,
    SigningAlgorithm,
    SigningKey,
    new_signing_key,
    public_jwk,
    public_key_from_jwk,
)
from identity.provider.jose.rotation import KeyState
from identity.provider.jose.sealing import open_private_key, seal_private_key
from identity.provider.refusals import SigningKeysMissing
from identity.provider.store.keys import StoredKey, insert_key
from kernel.refusals import Outage

READ_AGAIN_AFTER = timedelta(seconds=60)
UNKNOWN_READ_AGAIN_AFTER = timedelta(seconds=5)
"""An unknown key id makes the keys be read again, but not at the wish of whoever invents key ids."""


ALGORITHMS: tuple[SigningAlgorithm, ...] = ("ES256", "RS256")
"""RS256 because OpenID Connect Discovery 1.0, section 3, demands it; ES256 for everything of our own."""


class KeyRing:
    """Keys by id, shared by all threads of a process. `read_keys` asks the database; `secret` opens what is sealed.

    One thread reads; the others go on with the keys that are there, and wait only when there are none.
    """

    def __init__(
        self, read_keys: Callable[[], Sequence[StoredKey]], secret: bytes, clock_now: Callable[[], datetime]
    ) -> None:
        self._read_keys, self._secret, self._now = read_keys, secret, clock_now
        self._reading = threading.Lock()
        self._read_at: datetime | None = None
        self._stored: Sequence[StoredKey] = ()
        self._public: dict[str, PublicKey] = {}

    def keep_fresh(self) -> None:
        """Read the keys if it is time, before a transaction begins: whoever holds a connection should not need two."""
        self._refresh(READ_AGAIN_AFTER)

    def signing_key(self, alg: SigningAlgorithm) -> SigningKey:
        """The key that signs now. Refuses SigningKeysMissing."""
        self._refresh(READ_AGAIN_AFTER)
        for key in self._stored:
            if key.published.alg == alg and key.published.state is KeyState.ACTIVE:
                return SigningKey(key.published.kid, alg, open_private_key(key.sealed, self._secret, key.published.kid))
        raise SigningKeysMissing

    def public_key(self, kid: str) -> PublicKey | None:
        """The public key with this id, whatever its state; None when there is none."""
        self._refresh(READ_AGAIN_AFTER)
        if kid not in self._public:
            self._refresh(UNKNOWN_READ_AGAIN_AFTER)
        return self._public.get(kid)

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """Every public key as a JSON Web Key Set."""
        self._refresh(READ_AGAIN_AFTER)
        return {"keys": [key.public_jwk for key in self._stored]}

    def _refresh(self, older_than: timedelta) -> None:
        now = self._now()
        if self._read_at is not None and now - self._read_at < older_than:
            return
        if not self._reading.acquire(blocking=not self._stored):
            return
        try:
            if self._read_at is None or now - self._read_at >= older_than:
                self._read(now)
        finally:
            self._reading.release()

    def _read(self, now: datetime) -> None:
        try:
            stored = list(self._read_keys())
        except Outage:
            if not self._stored:
                raise
            stored = list(self._stored)  # Keys that were right a minute ago are better than none.
        self._public = {key.published.kid: self._public_key_of(key) for key in stored}
        self._stored, self._read_at = stored, now

    def _public_key_of(self, key: StoredKey) -> PublicKey:
        """The same object as before: whoever remembers what a key verified compares it by identity."""
        return self._public.get(key.published.kid) or public_key_from_jwk(key.public_jwk)


def publish_new_key(session: Session, alg: SigningAlgorithm, state: KeyState, secret: bytes, now: datetime) -> None:
    """Publish a new key; `secret` seals its private half."""
    key = new_signing_key(alg)
    sealed = seal_private_key(key.private_pem, secret, key.kid)
    insert_key(session, kid=key.kid, alg=alg, state=state, public_jwk=public_jwk(key), sealed=sealed, now=now)
