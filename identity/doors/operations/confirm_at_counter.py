"""Confirm at the counter that a resident is who they say they are."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import CounterCode, CounterCodeState, DocumentKind
from identity.doors.refusals import CounterCodesExhausted
from identity.doors.rules.counter_code import LIFETIME, SELECTORS, code_digest, new_code
from identity.doors.rules.second_person import demand_role
from identity.doors.store import codes, holders
from identity.model import StaffRole
from identity.queries import known_people
from identity.refusals import PersonUnknown


def confirm_at_counter(
    session: Session, *, person_id: UUID, clerk_id: UUID, document_kind: DocumentKind, pepper: bytes, now: datetime
) -> CounterCode:
    """Record that a clerk saw the resident with a document, and make a code that the resident signs in with once.

    The code lives for ten minutes and three wrong tries; one that the resident had before is gone. Who confirmed whom
    by which kind of document is kept for good, no number of it anywhere. Refuses, in this order: StaffRoleNeeded to
    everybody without the help role; PersonUnknown; CounterCodesExhausted.
    """
    demand_role(holders.staff_roles(session, clerk_id), StaffRole.HELP)
    if not known_people(session, [person_id]):
        raise PersonUnknown(str(person_id))
    free = codes.lock_free_selectors(session, person_id, now, SELECTORS)
    if not free:
        raise CounterCodesExhausted
    code = new_code(secrets.choice(free))
    stored = CounterCodeState(code.selector, code_digest(pepper, code), person_id, now + LIFETIME, failures=0)

    # Nothing below this line may refuse.
    confirmation_id = codes.insert_confirmation(session, person_id, clerk_id, document_kind, now)
    codes.replace_code(session, stored, confirmation_id, now)
    return CounterCode(code.text, stored.expires_at)
