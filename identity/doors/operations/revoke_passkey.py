"""End a passkey of somebody who is signed in."""

from datetime import datetime

from sqlmodel import Session
from webauthn.helpers import bytes_to_base64url

from identity.doors.model import Door
from identity.doors.queries import doors_of
from identity.doors.refusals import DoorNotFound
from identity.doors.rules.binding import (
    RECENT_S,
    demand_another_door,
    demand_may_end,
    demand_postcard_newer_than_passkeys,
)
from identity.doors.store import holders, passkeys
from identity.model import ProvenSignIn


def revoke_passkey(
    session: Session, credential_id: bytes, *, signed_in: ProvenSignIn, now: datetime, age_max_s: int = RECENT_S
) -> None:
    """End one of the holder's own passkeys.

    Refuses, in this order: SignInNotRecent; SignInTooWeakForDoor; DoorNotFound; NewPostcardNeeded for a postcard that
    is older than the passkey; LastDoorStays. A passkey that opens nothing is never the last door.
    """
    demand_may_end(Door.PASSKEY, signed_in, now=now, age_max_s=age_max_s)
    holders.lock_doors(session, signed_in.holder)
    passkey = passkeys.lock_passkey(session, credential_id)
    if passkey is None or passkey.holder != signed_in.holder:
        raise DoorNotFound
    if passkey.is_confirmed:
        issued_at = holders.code_issued_at(session, signed_in.holder)
        demand_postcard_newer_than_passkeys(signed_in, issued_at, [passkey.created_at])
    if passkey.is_usable:
        demand_another_door(doors_of(session, signed_in.holder), bytes_to_base64url(credential_id))

    # Nothing below this line may refuse.
    passkeys.revoke(session, credential_id, now)
