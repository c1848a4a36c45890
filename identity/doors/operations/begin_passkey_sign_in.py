"""Ask a browser for a passkey of ours."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from identity.doors.model import RelyingParty
from identity.doors.rules.passkeys import CHALLENGE_LIFETIME_S, CHALLENGES_PER_BROWSER_MAX, sign_in_options
from identity.doors.store import passkeys

_CHALLENGE_BYTES = 32


def begin_passkey_sign_in(
    session: Session, *, party: RelyingParty, browser_session: bytes, now: datetime
) -> dict[str, Any]:
    """Answer the options for `navigator.credentials.get()` with a challenge that lives for five minutes (ASVS 6.7.2).

    Nobody says who they are first: the device offers the passkeys that it has. `browser_session` is the SHA-256
    digest of the browser's session id; of one browser's challenges the latest eight live.
    """
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    passkeys.insert_challenge(
        session,
        challenge,
        browser_session,
        None,
        now + timedelta(seconds=CHALLENGE_LIFETIME_S),
        kept_max=CHALLENGES_PER_BROWSER_MAX,
    )
    return sign_in_options(party, challenge=challenge)
