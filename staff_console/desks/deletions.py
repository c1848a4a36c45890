"""Deletions: one member of staff asks, another confirms from their own sign-in."""

from uuid import UUID

from identity.access.model import DeletionReason, DeletionRequest
from identity.access.operations.confirm_deletion import confirm_deletion
from identity.access.operations.request_deletion import request_deletion
from identity.access.operations.withdraw_deletion import withdraw_deletion
from identity.access.queries import waiting_deletion, waiting_deletions
from identity.model import Holder, HolderKind
from identity.provider.operations.end_sessions import end_sessions
from identity.queries import wallet_ids_of
from issuance.purchase_model import PurchaseState
from issuance.queries import my_purchases
from kernel.db import Session
from ledger.queries import wallet_lots
from staff_console.parts import ConsoleParts
from staff_console.viewer import StaffViewer

MONEY_MAY_MOVE = frozenset(
    {
        PurchaseState.REQUESTED,
        PurchaseState.AWAITING_PAYMENT,
        PurchaseState.REFUND_NEEDED,
        PurchaseState.DISPUTED,
    }
)
"""A purchase in one of these states may still bring money in or give it back, so somebody must be there for it."""


def ask_to_delete(
    parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, reason: DeletionReason, case_reference: str
) -> UUID:
    """Ask for a person to be erased. Refuses as `request_deletion`."""
    return parts.database.run(
        lambda session: request_deletion(
            session,
            person_id,
            by=viewer.staff_id,
            reason=reason,
            case_reference=case_reference,
            wallet_is_empty=wallet_is_empty(session, person_id),
            now=parts.clock.now(),
        )
    )


def waiting(parts: ConsoleParts) -> list[DeletionRequest]:
    """The requests that wait for a second member of staff."""
    with parts.database.transaction() as session:
        return waiting_deletions(session)


def confirm(parts: ConsoleParts, viewer: StaffViewer, request_id: UUID) -> None:
    """Erase the person of a request, and sign them out everywhere.

    Refuses, in this order: DeletionNotRequested; what `confirm_deletion` refuses.
    """
    now = parts.clock.now()

    def work(session: Session) -> None:
        person_id = waiting_deletion(session, request_id).person_id
        is_empty = wallet_is_empty(session, person_id)
        confirm_deletion(session, request_id, second=viewer.staff_id, wallet_is_empty=is_empty, now=now)
        end_sessions(session, Holder(HolderKind.RESIDENT, person_id), by="deletion", now=now)

    parts.database.run(work)


def withdraw(parts: ConsoleParts, viewer: StaffViewer, request_id: UUID) -> None:
    """Take a request back. Refuses as `withdraw_deletion`."""
    now = parts.clock.now()
    parts.database.run(lambda session: withdraw_deletion(session, request_id, by=viewer.staff_id, now=now))


def wallet_is_empty(session: Session, person_id: UUID) -> bool:
    """Whether a person's wallet holds nothing and no unfinished purchase can still bring value into it."""
    wallet_id = wallet_ids_of(session, [person_id]).get(person_id)
    if wallet_id is not None and any(lot.left_yen for lot in wallet_lots(session, wallet_id)):
        return False
    return not any(purchase.state in MONEY_MAY_MOVE for purchase in my_purchases(session, person_id))
