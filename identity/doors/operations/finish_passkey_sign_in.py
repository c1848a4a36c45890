"""Sign in with a passkey."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.model import Passkey, RelyingParty
from identity.doors.refusals import (
    PasskeyChallengeOver,
    PasskeyMayBeCopied,
    PasskeyUnknown,
    PasskeyWaitsForSecondPerson,
)
from identity.doors.rules.passkeys import demand_counter_rises, read_sign_in, verify_sign_in
from identity.doors.store import passkeys
from identity.model import Acr, HolderKind, ProvenSignIn
from kernel.refusals import Refusal

METHODS = ("pop", "user")
"""A key was proved, and its user was there (RFC 8176)."""


def finish_passkey_sign_in(
    session: Session, response: str, *, party: RelyingParty, browser_session: bytes, now: datetime
) -> ProvenSignIn | Refusal:
    """Verify what `navigator.credentials.get()` answered (its `toJSON()` as text), and say who came.

    A refusal is returned, not raised, because an attempt uses up its challenge and a counter that went backwards is
    marked: the caller commits either way. Refuses, in this order: PasskeyResponseUnreadable; PasskeyChallengeOver;
    PasskeyUnknown, also for a revoked one; PasskeyNotVerified; PasskeyMayBeCopied, from then on until the passkey is
    replaced; PasskeyWaitsForSecondPerson.
    """
    try:
        credential, challenge = read_sign_in(response)
    except Refusal as refusal:
        return refusal
    if not passkeys.take_sign_in_challenge(session, challenge, browser_session, now):
        return PasskeyChallengeOver()
    passkey = passkeys.lock_passkey(session, credential.raw_id)
    if passkey is None:
        return PasskeyUnknown()
    try:
        handle = passkeys.find_user_handle(session, passkey.holder)
        use = verify_sign_in(credential, passkey, handle, challenge, party)
        _demand_usable(passkey, use.sign_count)
    except PasskeyMayBeCopied as copied:
        passkeys.mark_copied(session, passkey.credential_id, now)
        return copied
    except Refusal as refusal:
        return refusal

    # Nothing below this line may refuse.
    passkeys.record_use(session, passkey.credential_id, use, now)
    acr = Acr.STAFF if passkey.holder.kind is HolderKind.STAFF else Acr.PASSKEY
    return ProvenSignIn(passkey.holder, acr, METHODS, now)


def _demand_usable(passkey: Passkey, shown_sign_count: int) -> None:
    if passkey.sign_count_fell_at is not None:
        raise PasskeyMayBeCopied
    demand_counter_rises(passkey.sign_count, shown_sign_count)
    if not passkey.is_confirmed:
        raise PasskeyWaitsForSecondPerson
