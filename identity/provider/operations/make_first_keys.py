"""Make the provider's first keys."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.jose.rotation import KeyState
from identity.provider.keyring import ALGORITHMS, publish_new_key
from identity.provider.store import keys as store


def make_first_keys(session: Session, *, secret: bytes, now: datetime) -> None:
    """Make an active and a next key of each algorithm that has none; with keys there it does nothing."""
    known = {(key.published.alg, key.published.state) for key in store.find_keys(session, for_update=True)}
    for alg in ALGORITHMS:
        for state in (KeyState.ACTIVE, KeyState.NEXT):
            if (alg, state) not in known:
                publish_new_key(session, alg, state, secret, now)
