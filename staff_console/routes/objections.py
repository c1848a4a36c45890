"""The list of a draw once it is closed: receipts that people present, objections, and what two people do about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from issuance.ceremony.operations.answer_objection import answer_objection
from issuance.ceremony.operations.ask_correction import ask_correction
from issuance.ceremony.operations.ask_settlement import ask_settlement
from issuance.ceremony.operations.check_receipt import check_receipt
from issuance.ceremony.operations.confirm_correction import confirm_correction
from issuance.ceremony.operations.confirm_settlement import confirm_settlement
from issuance.ceremony.operations.record_objection import record_objection
from issuance.ceremony.refusals import (
    CeremonyReasonMissing,
    DisputeWindowOver,
    ExclusionNotPossible,
    NothingToConfirm,
    ObjectionAnsweredBefore,
    ObjectionUnknown,
    ReceiptKeyUnknown,
    ReceiptOfOtherRound,
)
from issuance.lottery.refusals import (
    CampaignKeyDiffers,
    ObjectionsUnanswered,
    ReceiptLeafDiffers,
    ReceiptNotWellFormed,
    ReceiptSignatureInvalid,
    RuleSheetMissing,
)
from issuance.model import ClosedRound
from issuance.refusals import RoundNotReady, RoundUnknown, SecondPersonNeeded
from kernel.database_clock import ClocksDisagree, database_time
from kernel.db import Session
from kernel.http import refuses
from staff_console.desks import draws
from staff_console.desks.planning import clerk_of
from staff_console.draw_schemas import (
    CheckedReceiptAnswer,
    ClosedListAnswer,
    CorrectionBody,
    ObjectionAnswerBody,
    ObjectionBody,
    ObjectionRecordedAnswer,
    ReasonBody,
    ReceiptBody,
)
from staff_console.parts import Parts
from staff_console.rights import DRAW_READERS, DRAWERS
from staff_console.routes.draws import STEP_REFUSALS, list_answer
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["draws"])

Reader = Annotated[StaffViewer, Depends(requires(*DRAW_READERS))]
Drawer = Annotated[StaffViewer, Depends(requires(*DRAWERS))]
RECEIPT_REFUSALS = (
    *(ReceiptNotWellFormed, ReceiptOfOtherRound, ReceiptKeyUnknown, ReceiptSignatureInvalid, ReceiptLeafDiffers),
    RoundNotReady,
)


@router.post("/rounds/{round_id}/receipt-checks", responses=refuses(*VIEWER_REFUSALS, RoundUnknown, *RECEIPT_REFUSALS))
def look_up_receipt(round_id: UUID, body: ReceiptBody, _viewer: Reader, parts: Parts) -> CheckedReceiptAnswer:
    """What became of a receipt that somebody presents; reads and changes nothing."""
    with parts.database.transaction() as session:
        found = check_receipt(session, round_id, body.receipt, receipt_keys=parts.receipt_keys)
    return CheckedReceiptAnswer(
        receipt=found.receipt,
        standing=found.standing,
        listed_units=found.listed_units,
        void_reason=found.void_reason,
        stands_for_it=found.stands_for_it,
        is_fault=found.is_fault,
    )


@router.post(
    "/rounds/{round_id}/objections",
    status_code=201,
    responses=refuses(*STEP_REFUSALS, CeremonyReasonMissing, RuleSheetMissing, DisputeWindowOver, *RECEIPT_REFUSALS),
)
def object_to_list(round_id: UUID, body: ObjectionBody, viewer: Reader, parts: Parts) -> ObjectionRecordedAnswer:
    """Record an objection while the list can be disputed; nothing is drawn before there is an answer."""

    def record(session: Session) -> UUID:
        return record_objection(
            session,
            round_id,
            text=body.text,
            presented=body.receipt,
            receipt_keys=parts.receipt_keys,
            by=clerk_of(viewer),
            now=database_time(session, parts.clock),
        )

    return ObjectionRecordedAnswer(objection_id=parts.database.run(record))


@router.post(
    "/objections/{objection_id}/answer",
    status_code=204,
    responses=refuses(
        *VIEWER_REFUSALS, ClocksDisagree, ObjectionUnknown, CeremonyReasonMissing, ObjectionAnsweredBefore
    ),
)
def answer(objection_id: UUID, body: ObjectionAnswerBody, viewer: Drawer, parts: Parts) -> None:
    """Answer an objection for good; one that is upheld demands a corrected list."""

    def write(session: Session) -> None:
        now = database_time(session, parts.clock)
        answer_objection(session, objection_id, outcome=body.outcome, text=body.text, by=clerk_of(viewer), now=now)

    parts.database.run(write)


@router.post(
    "/rounds/{round_id}/settlement",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, CeremonyReasonMissing, RoundNotReady),
)
def settle(round_id: UUID, body: ReasonBody, viewer: Drawer, parts: Parts) -> None:
    """Ask to end the dispute before its time."""

    def ask(session: Session) -> None:
        now = database_time(session, parts.clock)
        ask_settlement(session, round_id, reason=body.reason, by=clerk_of(viewer), now=now)

    parts.database.run(ask)


@router.post(
    "/rounds/{round_id}/settlement/confirm",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, RoundNotReady, NothingToConfirm, SecondPersonNeeded, ObjectionsUnanswered),
)
def confirm_settled(round_id: UUID, viewer: Drawer, parts: Parts) -> None:
    """End the dispute as the second person."""

    def confirm(session: Session) -> None:
        confirm_settlement(session, round_id, by=clerk_of(viewer), now=database_time(session, parts.clock))

    parts.database.run(confirm)


@router.post(
    "/rounds/{round_id}/correction",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, CeremonyReasonMissing, RoundNotReady, ExclusionNotPossible),
)
def correct(round_id: UUID, body: CorrectionBody, viewer: Drawer, parts: Parts) -> None:
    """Ask for a list that leaves out exactly these receipts."""

    def ask(session: Session) -> None:
        now = database_time(session, parts.clock)
        ask_correction(session, round_id, excluded=body.excluded, reason=body.reason, by=clerk_of(viewer), now=now)

    parts.database.run(ask)


@router.post(
    "/rounds/{round_id}/correction/confirm",
    responses=refuses(*STEP_REFUSALS, RoundNotReady, NothingToConfirm, SecondPersonNeeded, CampaignKeyDiffers),
)
def confirm_corrected(round_id: UUID, viewer: Drawer, parts: Parts) -> ClosedListAnswer:
    """Publish the corrected list as the second person; it can be disputed anew."""

    def confirm(session: Session) -> ClosedRound:
        key = draws.campaign_key(session, parts, round_id) or None
        now = database_time(session, parts.clock)
        return confirm_correction(session, round_id, campaign_key=key, by=clerk_of(viewer), now=now)

    return list_answer(parts.database.run(confirm))
