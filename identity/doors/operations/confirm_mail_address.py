"""Prove an address with the code that was mailed to it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.rules.mail_addresses import decide_mail_attempt, mail_code_digest, read_mail_code
from identity.doors.store import mail_addresses as store
from kernel.refusals import Refusal


def confirm_mail_address(
    session: Session, person_id: UUID, typed_code: str, *, pepper: bytes, now: datetime
) -> Refusal | None:
    """Make the address that waits the person's, in the place of another one; None says that it is.

    A refusal is returned, not raised, because a miss is counted: the caller commits either way. Refuses MailCodeWrong
    alike for a wrong code, one that is over, and none; the third miss ends a code.
    """
    known = store.find_state(session, person_id, lock=True)
    waiting = known.pending_address if known and known.pending_address else ""
    digest = mail_code_digest(pepper, person_id, waiting, read_mail_code(typed_code))
    attempt = decide_mail_attempt(known, digest, now)
    if attempt.refusal is None:
        store.confirm(session, person_id, now)
    elif attempt.is_code_gone:
        store.drop_request(session, person_id)
    elif attempt.failures:
        store.save_failures(session, person_id, attempt.failures)
    return attempt.refusal
