"""Take back what somebody agreed to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder
from identity.provider.refusals import ConsentNotYours
from identity.provider.store import clients as client_store
from identity.provider.store import grants as grant_store


def withdraw_consent(session: Session, holder: Holder, consent_id: UUID, *, now: datetime) -> None:
    """Withdraw an agreement, and end every grant that the application has from this person (ASVS 5.0, 10.7.3).

    Refuses ConsentNotYours for one that is over or somebody else's.
    """
    client_id = client_store.withdraw_consent(session, consent_id, holder, now)
    if client_id is None:
        raise ConsentNotYours
    grant_store.revoke_grants_of_client(session, holder, client_id, "consent_withdrawn", now)
