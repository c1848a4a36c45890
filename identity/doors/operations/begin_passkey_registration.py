"""Ask a browser to make a passkey for somebody who is signed in."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from identity.doors.model import Door, Registration, RelyingParty
from identity.doors.rules.binding import RECENT_S, demand_may_add, demand_postcard_newer_than_passkeys
from identity.doors.rules.passkeys import (
    CHALLENGE_LIFETIME_S,
    CHALLENGES_PER_BROWSER_MAX,
    demand_room_for_passkey,
    registration_options,
)
from identity.doors.store import holders, passkeys
from identity.model import ProvenSignIn

_CHALLENGE_BYTES = 32
_USER_HANDLE_BYTES = 64


def begin_passkey_registration(
    session: Session,
    *,
    signed_in: ProvenSignIn,
    party: RelyingParty,
    browser_session: bytes,
    user_name: str,
    now: datetime,
    age_max_s: int = RECENT_S,
) -> dict[str, Any]:
    """Answer the options for `navigator.credentials.create()` with a challenge that lives for five minutes.

    `browser_session` is the SHA-256 digest of the browser's session id: no other browser can finish. `user_name` is
    shown by the device and not stored here. A holder's authenticators know the holder by 64 random bytes. Refuses, in
    this order: SignInNotRecent; SignInTooWeakForDoor; NewPostcardNeeded; PasskeysTooMany.
    """
    demand_may_add(Door.PASSKEY, signed_in, now=now, age_max_s=age_max_s)
    registered = passkeys.passkeys_of(session, signed_in.holder)
    since = [passkey.created_at for passkey in registered if passkey.is_confirmed]
    demand_postcard_newer_than_passkeys(signed_in, holders.code_issued_at(session, signed_in.holder), since)
    demand_room_for_passkey(registered)
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)

    # Nothing below this line may refuse.
    handle = passkeys.make_user_handle(session, signed_in.holder, secrets.token_bytes(_USER_HANDLE_BYTES))
    passkeys.insert_challenge(
        session,
        challenge,
        browser_session,
        Registration(signed_in.holder, signed_in.acr),
        now + timedelta(seconds=CHALLENGE_LIFETIME_S),
        kept_max=CHALLENGES_PER_BROWSER_MAX,
    )
    return registration_options(
        party, user_handle=handle, user_name=user_name, challenge=challenge, registered=registered
    )
