"""Take in a shop's application, or the corrected one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.ids import new_id
from merchants.model import (
    USUAL_TERMS,
    ApplicationContent,
    ApplicationPlace,
    ApplicationReceipt,
    ApplicationState,
    ApplicationStep,
    JoiningTerms,
)
from merchants.refusals import JoiningDraftGone, ShopApplicationUnknown
from merchants.rules.applying import decide_step
from merchants.rules.joining import demand_usable
from merchants.rules.pledge import take_pledge
from merchants.rules.proofs import passphrase_of, proof_of, receipt_of, secret_digest
from merchants.rules.trades import size_of
from merchants.store import applications


def submit_shop_application(
    session: Session, secret: str, content: ApplicationContent, *, now: datetime, terms: JoiningTerms = USUAL_TERMS
) -> ApplicationReceipt:
    """Take in what the browser with this secret typed, once: sent again it answers the same receipt.

    A first application is known again by its receipt and by `passphrase_of(secret)`. A draft that corrects an
    application adds a version to it. The draft is forgotten. Refuses, in this order: JoiningDraftGone; what
    `demand_usable` refuses; what `take_pledge` refuses; for a correction ShopApplicationUnknown and
    ShopApplicationStepNotAllowed.
    """
    proof = proof_of(passphrase_of(secret))
    draft = applications.lock_draft(session, secret_digest(secret))
    if draft is None:
        known = applications.find_proven_receipt(session, proof)
        if known is None:
            raise JoiningDraftGone
        return ApplicationReceipt(*known, is_replay=True)
    demand_usable(content)
    pledge = take_pledge(content.pledge_version, now)
    place = _corrected(session, draft.application_id) if draft.application_id else None
    is_first = place is None
    place = place or ApplicationPlace(
        new_id(), receipt_of(applications.next_number(session)), ApplicationState.NEW, 0, 0, None
    )
    step = ApplicationStep.SUBMITTED if is_first else ApplicationStep.CORRECTED
    event = decide_step(place, step, by=None, now=now)

    # Nothing below this line may refuse.
    if is_first:
        applications.insert_application(session, place.application_id, place.receipt, proof, now)
    size = size_of(content.stores, terms)
    applications.insert_version(session, place.application_id, event.version, content, size, pledge)
    applications.insert_event(session, event)
    applications.delete_draft(session, secret_digest(secret))
    return ApplicationReceipt(place.application_id, place.receipt)


def _corrected(session: Session, application_id: UUID) -> ApplicationPlace:
    place = applications.lock_application(session, application_id)
    if place is None:
        raise ShopApplicationUnknown
    return place
