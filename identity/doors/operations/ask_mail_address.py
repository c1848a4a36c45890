"""Ask for e-mail at an address."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import MailCode
from identity.doors.rules.mail_addresses import (
    CODE_LIFETIME,
    count_of_codes,
    mail_code_digest,
    new_mail_code,
    read_mail_address,
)
from identity.doors.store import mail_addresses as store


def ask_mail_address(session: Session, person_id: UUID, typed: str, *, pepper: bytes, now: datetime) -> MailCode:
    """Store the address until its code is typed, and give the code, which the caller mails after the commit.

    The address that was proved before stays the person's until then. Refuses, in this order: MailAddressUnreadable;
    TooManyMailCodes after five codes within a day.
    """
    address = read_mail_address(typed)
    store.lock_person(session, person_id)
    counted = count_of_codes(store.find_state(session, person_id), now)
    code = new_mail_code()

    # Nothing below this line may refuse.
    digest = mail_code_digest(pepper, person_id, address, code)
    store.save_request(session, person_id, address, (digest, now + CODE_LIFETIME), counted)
    return MailCode(address, code, now + CODE_LIFETIME)
