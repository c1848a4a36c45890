"""Stand behind the passkey of another member of staff."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.model import Door
from identity.doors.refusals import DoorNotFound, PasskeyAlreadyConfirmed, SignInTooWeakForDoor
from identity.doors.rules.binding import RECENT_S, demand_recent
from identity.doors.rules.second_person import demand_role, demand_second_person
from identity.doors.store import holders, passkeys
from identity.model import Acr, HolderKind, ProvenSignIn, StaffRole


def confirm_staff_passkey(
    session: Session,
    credential_id: bytes,
    *,
    confirmed_by: ProvenSignIn,
    now: datetime,
    age_max_s: int = RECENT_S,
) -> None:
    """Confirm a passkey that was registered with an enrolment code, so that it opens the door.

    The confirming administrator came by passkey. Only while no passkey of staff was ever confirmed does an enrolment
    code do, so that the first two administrators can confirm each other. Refuses, in this order: DoorNotFound;
    SamePersonTwice; StaffRoleNeeded; SignInNotRecent; SignInTooWeakForDoor; PasskeyAlreadyConfirmed.
    """
    passkey = passkeys.lock_passkey(session, credential_id)
    if passkey is None or passkey.holder.kind is not HolderKind.STAFF:
        raise DoorNotFound
    demand_second_person(passkey.holder, confirmed_by.holder)
    demand_role(holders.staff_roles(session, confirmed_by.holder.id), StaffRole.ADMIN)
    demand_recent(confirmed_by, now=now, age_max_s=age_max_s)
    if confirmed_by.acr is not Acr.STAFF and passkeys.was_any_confirmed(session):
        raise SignInTooWeakForDoor(Door.PASSKEY.value)
    if passkey.is_confirmed:
        raise PasskeyAlreadyConfirmed

    # Nothing below this line may refuse.
    passkeys.insert_confirmation(session, credential_id, passkey.holder.id, confirmed_by.holder.id, now)
