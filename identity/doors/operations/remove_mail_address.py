"""Forget an address for e-mail."""

from uuid import UUID

from sqlmodel import Session

from identity.doors.refusals import MailAddressMissing
from identity.doors.store import mail_addresses as store


def remove_mail_address(session: Session, person_id: UUID) -> None:
    """Forget a person's address, and one that waits for its code. Refuses MailAddressMissing when there is none."""
    if not store.remove(session, person_id):
        raise MailAddressMissing
