"""Sign out, everywhere, residents who died."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import HolderKind
from identity.provider.store import sessions as store


def end_sessions_of_the_dead(session: Session, person_ids: Sequence[UUID], *, now: datetime) -> int:
    """End every sign-in of these residents, with every token and face session that came of them.

    Applications that asked for it are told (OpenID Connect Back-Channel Logout 1.0). Answers how many ended.
    """
    session_ids = store.find_unended_sessions(session, HolderKind.RESIDENT, person_ids)

    # Nothing below this line may refuse.
    return len(store.end_sessions(session, session_ids, "died", now))
