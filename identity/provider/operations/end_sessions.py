"""Sign somebody out: here, elsewhere, or everywhere."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder
from identity.provider.refusals import SessionNotYours
from identity.provider.store import sessions as store


def end_sessions(
    session: Session, holder: Holder, *, only: UUID | None = None, by: str = "holder", now: datetime
) -> int:
    """End one sign-in of this person, or all of them, with every token and face session that came of them.

    Applications that asked for it are told (OpenID Connect Back-Channel Logout 1.0). Answers how many ended. Refuses
    SessionNotYours for a sign-in that is over or somebody else's.
    """
    open_ids = [view.id for view in store.find_sessions_of(session, holder, now)]
    if only is not None and only not in open_ids:
        raise SessionNotYours

    # Nothing below this line may refuse.
    return len(store.end_sessions(session, open_ids if only is None else [only], by, now))
