"""The ceremony of a draw until its list is closed: rules and deadlines. Two people take every step."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from issuance.ceremony.operations.ask_extension import ask_extension
from issuance.ceremony.operations.confirm_extension import confirm_extension
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.ceremony.refusals import (
    CeremonyReasonMissing,
    DrawDatesNotInOrder,
    ExtensionNotLater,
    ExtensionTooLate,
    HoldersDoNotMatchRound,
    HouseholdCapMissing,
    NothingToConfirm,
    ProposalDiffers,
    RoundOpenedAlready,
)
from issuance.lottery.refusals import (
    ApplicantsNotChecked,
    CampaignKeyDiffers,
    DrawTimeBetweenRounds,
)
from issuance.model import ClosedRound
from issuance.operations.close_round import close_round
from issuance.refusals import (
    CampaignNumberOutOfRange,
    RoundHasNoDraw,
    RoundNeverOpened,
    RoundNotReady,
    RoundStillOpen,
    RoundUnknown,
    RoundWithdrawn,
    SecondPersonNeeded,
)
from kernel.database_clock import ClocksDisagree, database_time
from kernel.db import Session
from kernel.http import refuses
from staff_console.desks import draws
from staff_console.desks.planning import clerk_of
from staff_console.draw_schemas import (
    CeremonyAnswer,
    ClosedListAnswer,
    DeadlineAnswer,
    ExtensionBody,
    ProposedSheetAnswer,
    RuleSheetBody,
    SheetConfirmationBody,
)
from staff_console.parts import Parts
from staff_console.rights import DRAW_READERS, DRAWERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["draws"])

Reader = Annotated[StaffViewer, Depends(requires(*DRAW_READERS))]
Drawer = Annotated[StaffViewer, Depends(requires(*DRAWERS))]
STEP_REFUSALS = (*VIEWER_REFUSALS, ClocksDisagree, RoundUnknown)
SHEET_REFUSALS = (RoundHasNoDraw, RoundWithdrawn, RoundOpenedAlready, RoundNeverOpened)
DATE_REFUSALS = (DrawTimeBetweenRounds, DrawDatesNotInOrder)
EXTENSION_REFUSALS = (RoundNotReady, ExtensionTooLate, ExtensionNotLater, *DATE_REFUSALS)


@router.get("/rounds/{round_id}/ceremony", responses=refuses(*VIEWER_REFUSALS, RoundUnknown))
def ceremony(round_id: UUID, _viewer: Reader, parts: Parts) -> CeremonyAnswer:
    """How far a draw is: every step and who took it, the published days, objections and their answers."""
    with parts.database.transaction() as session:
        return draws.ceremony_of(session, round_id)


@router.post(
    "/rounds/{round_id}/rule-sheet",
    status_code=201,
    responses=refuses(
        *STEP_REFUSALS,
        *SHEET_REFUSALS,
        HoldersDoNotMatchRound,
        HouseholdCapMissing,
        CampaignKeyDiffers,
        CampaignNumberOutOfRange,
        *DATE_REFUSALS,
    ),
)
def propose_sheet(round_id: UUID, body: RuleSheetBody, viewer: Drawer, parts: Parts) -> ProposedSheetAnswer:
    """Write the rule sheet of a draw; nothing is published or opened before another person confirms it."""
    plan = draws.plan_of(body)

    def propose(session: Session) -> str:
        return propose_rule_sheet(
            session,
            round_id,
            plan=plan,
            receipt_keys=parts.receipt_keys,
            campaign_key=draws.campaign_key(session, parts, round_id, plan=plan) or None,
            by=clerk_of(viewer),
            now=database_time(session, parts.clock),
        )

    return ProposedSheetAnswer(sha256=parts.database.run(propose))


@router.post(
    "/rounds/{round_id}/rule-sheet/confirm",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, *SHEET_REFUSALS, NothingToConfirm, SecondPersonNeeded, ProposalDiffers),
)
def confirm_sheet(round_id: UUID, body: SheetConfirmationBody, viewer: Drawer, parts: Parts) -> None:
    """Publish the sheet that was looked at, as its second person; the round is open then."""

    def confirm(session: Session) -> None:
        now = database_time(session, parts.clock)
        confirm_rule_sheet(session, round_id, sha256=body.sha256, by=clerk_of(viewer), now=now)

    parts.database.run(confirm)


@router.post(
    "/rounds/{round_id}/extension",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, CeremonyReasonMissing, *EXTENSION_REFUSALS),
)
def extend(round_id: UUID, body: ExtensionBody, viewer: Drawer, parts: Parts) -> None:
    """Ask for a later deadline, before the present one by the database's clock."""

    def ask(session: Session) -> None:
        now = database_time(session, parts.clock)
        ask_extension(session, round_id, **body.model_dump(), by=clerk_of(viewer), now=now)

    parts.database.run(ask)


@router.post(
    "/rounds/{round_id}/extension/confirm",
    responses=refuses(*STEP_REFUSALS, NothingToConfirm, SecondPersonNeeded, *EXTENSION_REFUSALS),
)
def confirm_extended(round_id: UUID, viewer: Drawer, parts: Parts) -> DeadlineAnswer:
    """Move the deadline as the second person, before the present one by the database's clock."""

    def confirm(session: Session) -> datetime:
        return confirm_extension(session, round_id, by=clerk_of(viewer), now=database_time(session, parts.clock))

    return DeadlineAnswer(closes_at=parts.database.run(confirm))


@router.post(
    "/rounds/{round_id}/close",
    responses=refuses(
        *STEP_REFUSALS, RoundWithdrawn, RoundStillOpen, RoundNeverOpened, ApplicantsNotChecked, CampaignKeyDiffers
    ),
)
def close(round_id: UUID, _viewer: Drawer, parts: Parts) -> ClosedListAnswer:
    """Close the list after the deadline: everybody is checked against the roll, households are merged, and the list is
    published.
    """

    def shut(session: Session) -> ClosedRound:
        return close_round(
            session,
            round_id,
            now=database_time(session, parts.clock),
            standings=draws.standings(session, round_id),
            campaign_key=draws.campaign_key(session, parts, round_id) or None,
        )

    return list_answer(parts.database.run(shut))


def list_answer(closed: ClosedRound) -> ClosedListAnswer:
    """A list as it was closed or corrected."""
    return ClosedListAnswer(
        root=closed.root,
        rows=closed.rows,
        received=closed.received,
        void=dict(closed.void),
        closed_at=closed.closed_at,
    )
