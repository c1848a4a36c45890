"""Let the provider's next keys sign."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.jose.rotation import KeyState, rotate
from identity.provider.keyring import ALGORITHMS, publish_new_key
from identity.provider.store import keys as store


def rotate_signing_keys(session: Session, *, secret: bytes, now: datetime) -> None:
    """Let the next keys sign, retire those that signed, publish new next ones, and forget what nothing needs.

    Refuses NextKeyMissing, then KeyNotPublishedLongEnough; then nothing changes.
    """
    known = store.find_keys(session, for_update=True)
    turned = rotate([key.published for key in known], now)

    # Nothing below this line may refuse.
    store.save_key_states(session, turned.keys, now)
    store.delete_keys(session, turned.forgotten)
    for alg in ALGORITHMS:
        publish_new_key(session, alg, KeyState.NEXT, secret, now)
