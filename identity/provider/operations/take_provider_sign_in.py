"""Go on with a sign-in that was under way at another provider."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from identity.provider.refusals import AuthorizationRequestOver
from identity.provider.rules.secrets import digest_of
from identity.provider.store import grants as store


def take_provider_sign_in(session: Session, state: str, browser: str, *, now: datetime) -> dict[str, Any]:
    """The record kept for a state, once.

    Refuses AuthorizationRequestOver for a state that is unknown, used or over, or was given to another browser.
    """
    record = store.use_provider_sign_in(session, digest_of(state), digest_of(browser), now)
    if record is None:
        raise AuthorizationRequestOver
    return record
