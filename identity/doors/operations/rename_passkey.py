"""Give a passkey another label."""

from sqlmodel import Session

from identity.doors.refusals import DoorNotFound
from identity.doors.rules.binding import usable_label
from identity.doors.store import passkeys
from identity.model import Holder


def rename_passkey(session: Session, credential_id: bytes, *, holder: Holder, label: str) -> None:
    """Rename one of the holder's own passkeys. Refuses, in this order: LabelUnusable; DoorNotFound."""
    named = usable_label(label)
    passkey = passkeys.lock_passkey(session, credential_id)
    if passkey is None or passkey.holder != holder:
        raise DoorNotFound

    # Nothing below this line may refuse.
    passkeys.rename(session, credential_id, named)
