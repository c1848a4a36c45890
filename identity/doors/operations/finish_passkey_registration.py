"""Register the passkey that a browser made."""

from datetime import datetime

from sqlmodel import Session
from webauthn.helpers.structs import RegistrationCredential

from identity.doors.model import NewPasskey, RelyingParty
from identity.doors.refusals import PasskeyAlreadyRegistered, PasskeyChallengeOver
from identity.doors.rules.binding import usable_label
from identity.doors.rules.passkeys import demand_room_for_passkey, read_registration, verify_registration
from identity.doors.store import holders, passkeys
from identity.model import Acr, Holder, HolderKind
from kernel.refusals import Refusal


def finish_passkey_registration(
    session: Session,
    response: str,
    *,
    holder: Holder,
    party: RelyingParty,
    browser_session: bytes,
    label: str,
    now: datetime,
) -> NewPasskey | Refusal:
    """Verify what `navigator.credentials.create()` answered (its `toJSON()` as text), and register the passkey.

    A passkey that a member of staff registers without a sign-in by passkey, by an enrolment code, opens nothing
    before a second person has confirmed it. A refusal is returned, not raised, because an attempt uses up its
    challenge: the caller commits either way. Refuses, in this order: LabelUnusable; PasskeyResponseUnreadable;
    PasskeyChallengeOver; PasskeyNotVerified; PasskeyAlreadyRegistered; PasskeysTooMany.
    """
    try:
        named = usable_label(label)
        credential, challenge = read_registration(response)
    except Refusal as refusal:
        return refusal
    registration = passkeys.take_registration_challenge(session, challenge, browser_session, now)
    if registration is None or registration.holder != holder:
        return PasskeyChallengeOver()
    holders.lock_doors(session, holder)
    try:
        new = _registrable(session, holder, credential, challenge, party)
    except Refusal as refusal:
        return refusal
    needs_confirmation = holder.kind is HolderKind.STAFF and registration.signed_in_by is not Acr.STAFF

    # Nothing below this line may refuse.
    passkeys.insert_passkey(session, holder, new, label=named, needs_confirmation=needs_confirmation, now=now)
    return new


def _registrable(
    session: Session, holder: Holder, credential: RegistrationCredential, challenge: bytes, party: RelyingParty
) -> NewPasskey:
    new = verify_registration(credential, challenge, party)
    if passkeys.is_registered(session, new.credential_id):
        raise PasskeyAlreadyRegistered
    demand_room_for_passkey(passkeys.passkeys_of(session, holder))
    return new
