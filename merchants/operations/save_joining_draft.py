"""Keep what an applicant typed so far."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from merchants.rules.proofs import secret_digest
from merchants.store import applications

KEPT_FOR = timedelta(days=14)


def save_joining_draft(
    session: Session, secret: str, content: Mapping[str, str], *, now: datetime, corrects: UUID | None = None
) -> None:
    """Keep the fields of a form for the browser with this secret; what nobody touched for 14 days is forgotten.

    `corrects` names the application that is being corrected, from the first time on.
    """
    applications.delete_old_drafts(session, now, KEPT_FOR)
    applications.save_draft(session, secret_digest(secret), content, corrects, now)
