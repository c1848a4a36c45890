"""Remember a sign-in that is under way at another provider."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from identity.provider.rules.secrets import digest_of
from identity.provider.store import grants as store


def keep_provider_sign_in(
    session: Session, state: str, browser: str, record: Mapping[str, str | bool], *, expires_at: datetime
) -> None:
    """Remember `record`, JSON values only, until the browser comes back with this state."""
    store.insert_provider_sign_in(session, digest_of(state), digest_of(browser), record, expires_at)
