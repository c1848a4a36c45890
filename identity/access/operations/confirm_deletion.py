"""Confirm, as a second member of staff, that a person is erased."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import DeletionOutcome
from identity.access.operations.delete_person import delete_person
from identity.access.refusals import DeletionNotRequested
from identity.access.store import deletion_requests


def confirm_deletion(session: Session, request_id: UUID, *, second: UUID, wallet_is_empty: bool, now: datetime) -> None:
    """Erase the person of a request that waits, with whoever asked as the first and `second` as the second person.

    Both roles are looked at now. That `second` is signed in is the caller's to know, as is that the wallet is empty.
    Refuses, in this order: DeletionNotRequested; what `delete_person` refuses, and then the request still waits.
    """
    request = deletion_requests.lock_waiting(session, request_id)
    if request is None:
        raise DeletionNotRequested
    delete_person(
        session,
        request.person_id,
        by=request.requested_by,
        second=second,
        reason=request.reason,
        case_reference=request.case_reference,
        wallet_is_empty=wallet_is_empty,
        now=now,
    )

    # Nothing below this line may refuse.
    deletion_requests.save_decision(session, request_id, DeletionOutcome.CONFIRMED, second, now)
