"""Withdraw an application."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Application
from issuance.refusals import RoundUnknown
from issuance.rules.applications import check_withdrawal
from issuance.store import applications as store
from issuance.store import campaigns


def withdraw_application(session: Session, *, round_id: UUID, person_id: UUID, now: datetime) -> Application:
    """Withdraw a person's application for good, as a version of its own; asked again, the same version comes back.

    Refuses, in this order: RoundUnknown, RoundNotOpen, ApplicationUnknown, ApplicationIsFinal.
    """
    round_ = campaigns.share_rounds(session, [round_id]).get(round_id)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    versions = store.find_versions(session, [(round_id, person_id)])[round_id, person_id]
    newest = check_withdrawal(round_, versions, now)
    if newest.is_withdrawn:
        return newest
    withdrawn = newest._replace(
        version=newest.version + 1,
        received_at=now,
        key=None,
        is_withdrawn=True,
        leaf=None,
        kid=None,
        signature=None,
    )
    store.insert_versions(session, [withdrawn])
    return withdrawn
