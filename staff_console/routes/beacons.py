"""The beacon of a draw and what follows from it: naming, freezing, the value from two people, and looks after it."""

from dataclasses import asdict
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from issuance.ceremony.model import SuppliedBeacon
from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.ceremony.operations.publish_statistics import publish_statistics
from issuance.ceremony.operations.supply_beacon import supply_beacon
from issuance.ceremony.queries import explain_application, reconcile_draw
from issuance.ceremony.refusals import (
    BeaconFilesDiffer,
    BeaconFileUnreadable,
    BeaconOfOtherRound,
    CeremonyReasonMissing,
    DrawNotMade,
    ReceiptUnknown,
)
from issuance.lottery.refusals import (
    BeaconFrozenAlready,
    BeaconNotDue,
    BeaconNotNamed,
    BeaconNotOnRuleSheet,
    BeaconRoundNotAsAnnounced,
    BeaconSignatureInvalid,
    DisputeWindowOpen,
    DrawTimeTooSoon,
    FallbackStatementInvalid,
    FallbackTooSoon,
    ObjectionsUnanswered,
    RevealDoesNotOpenCommitment,
    RevealsDoNotPairWithCommitments,
    RuleSheetMissing,
)
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.run_draw import run_draw
from issuance.refusals import (
    CampaignNumberOutOfRange,
    RoundHasNoDraw,
    RoundNotReady,
    RoundUnknown,
    SecondPersonNeeded,
)
from issuance.rules.draw_steps import NamedBeacon
from kernel.database_clock import database_time
from kernel.db import Session
from kernel.http import refuses
from staff_console.desks.planning import clerk_of
from staff_console.draw_schemas import (
    BeaconBody,
    BeaconFileAnswer,
    BeaconFileBody,
    ExplanationAnswer,
    FreezeBody,
    FrozenAnswer,
    NamedBeaconAnswer,
    ReconciliationAnswer,
)
from staff_console.parts import Parts
from staff_console.rights import DRAW_READERS, DRAWERS
from staff_console.routes.draws import STEP_REFUSALS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["draws"])

Reader = Annotated[StaffViewer, Depends(requires(*DRAW_READERS))]
Drawer = Annotated[StaffViewer, Depends(requires(*DRAWERS))]
NAMING_REFUSALS = (
    *(RoundHasNoDraw, RoundNotReady, RuleSheetMissing, DisputeWindowOpen, ObjectionsUnanswered, DrawTimeTooSoon),
    *(BeaconNotOnRuleSheet, BeaconFrozenAlready, BeaconRoundNotAsAnnounced, FallbackTooSoon),
)


@router.post(
    "/rounds/{round_id}/beacon",
    status_code=201,
    responses=refuses(*STEP_REFUSALS, *NAMING_REFUSALS, CampaignNumberOutOfRange, CeremonyReasonMissing),
)
def name_round(round_id: UUID, body: BeaconBody, viewer: Drawer, parts: Parts) -> NamedBeaconAnswer:
    """Name the future round of the beacon, as the first person."""

    def name(session: Session) -> NamedBeacon:
        now = database_time(session, parts.clock)
        return name_beacon_round(session, round_id, **body.model_dump(), by=clerk_of(viewer), now=now)

    return NamedBeaconAnswer(**parts.database.run(name)._asdict())


@router.post(
    "/rounds/{round_id}/freeze",
    responses=refuses(
        *STEP_REFUSALS,
        *NAMING_REFUSALS,
        BeaconNotNamed,
        SecondPersonNeeded,
        RevealsDoNotPairWithCommitments,
        RevealDoesNotOpenCommitment,
    ),
)
def freeze(round_id: UUID, body: FreezeBody, viewer: Drawer, parts: Parts) -> FrozenAnswer:
    """Confirm the named round as the second person, open the secrets and publish the frozen manifest."""

    def confirm(session: Session) -> bytes:
        now = database_time(session, parts.clock)
        return freeze_draw(session, round_id, reveals=body.reveals, by=clerk_of(viewer), now=now)

    return FrozenAnswer(sha256=sha256(parts.database.run(confirm)).hexdigest())


@router.post(
    "/rounds/{round_id}/beacon-files",
    responses=refuses(
        *STEP_REFUSALS,
        RoundNotReady,
        BeaconNotDue,
        BeaconFileUnreadable,
        BeaconOfOtherRound,
        BeaconSignatureInvalid,
        FallbackStatementInvalid,
        SecondPersonNeeded,
        BeaconFilesDiffer,
    ),
)
def bring_beacon(round_id: UUID, body: BeaconFileBody, viewer: Drawer, parts: Parts) -> BeaconFileAnswer:
    """Bring the value of the beacon as a file; when a second person brings the same, the draw is made."""

    def bring(session: Session) -> SuppliedBeacon:
        now = database_time(session, parts.clock)
        supplied = supply_beacon(session, round_id, content=body.content.encode(), by=clerk_of(viewer), now=now)
        if supplied.is_confirmed:
            run_draw(session, round_id, signature_hex=supplied.signature_hex, now=now)
            publish_statistics(session, round_id)
        return supplied

    supplied = parts.database.run(bring)
    return BeaconFileAnswer(signature=supplied.signature_hex, is_drawn=supplied.is_confirmed)


@router.post("/rounds/{round_id}/statistics", responses=refuses(*VIEWER_REFUSALS, RoundUnknown, DrawNotMade))
def statistics(round_id: UUID, _viewer: Drawer, parts: Parts) -> FrozenAnswer:
    """Publish the statistics of a draw by district, age band and hour; asked again, the same file stands."""
    content = parts.database.run(lambda session: publish_statistics(session, round_id))
    return FrozenAnswer(sha256=sha256(content).hexdigest())


@router.get("/rounds/{round_id}/reconciliation", responses=refuses(*VIEWER_REFUSALS, RoundUnknown, DrawNotMade))
def reconciliation(round_id: UUID, _viewer: Reader, parts: Parts) -> ReconciliationAnswer:
    """Whether winners, grants, notices, paid purchases and issued lots are the same sets."""
    with parts.database.transaction() as session:
        found = reconcile_draw(session, round_id)
    return ReconciliationAnswer(
        agrees=found.agrees,
        winners=found.winners,
        grants=found.grants,
        notices=found.notices,
        paid_purchases=found.paid_purchases,
        issued_purchases=found.issued_purchases,
        differences={name: list(receipts) for name, receipts in found.differences.items()},
    )


@router.get(
    "/rounds/{round_id}/explanations/{receipt}", responses=refuses(*VIEWER_REFUSALS, RoundUnknown, ReceiptUnknown)
)
def explanation(round_id: UUID, receipt: str, _viewer: Reader, parts: Parts) -> ExplanationAnswer:
    """Why an application is void, or which ticket, rank and result it has."""
    with parts.database.transaction() as session:
        facts = asdict(explain_application(session, round_id, receipt))
    del facts["round_id"]
    return ExplanationAnswer(**facts)
