"""Planning a campaign: drafts and their versions, lights, forecasts, approval, and the moves of its state."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from issuance.operations.open_round import open_round
from issuance.planning.operations.approve_plan import approve_plan
from issuance.planning.operations.draft_campaign import draft_campaign
from issuance.planning.operations.open_planned_round import open_planned_round
from issuance.planning.operations.refuse_approval import refuse_approval
from issuance.planning.operations.withdraw_round import withdraw_round
from issuance.planning.queries import changes_of, forecasts_of, history_of, rule_versions_of
from issuance.planning.refusals import (
    CampaignNotADraft,
    PlanHasRedFindings,
    PlanningIsForCommerce,
    PlanningReasonMissing,
    RoundNotPlanned,
    RulesChangedMeanwhile,
    RuleVersionUnknown,
)
from issuance.refusals import (
    BaseDateMissing,
    BudgetBelowPremium,
    CampaignMoveNotLegal,
    CampaignNumberOutOfRange,
    CampaignStillInUse,
    CampaignTakesNoRounds,
    CampaignUnknown,
    CommitmentNotWellFormed,
    DeskMayNotMoveCampaign,
    FaceNotAbovePrice,
    NoPaymentMethod,
    PayWindowTooShort,
    QuotaNotWellFormed,
    QuotasExceedUnits,
    QuotaUnknown,
    RoundDatesNotInOrder,
    RoundDiffersFromPlan,
    RoundNotAnnounced,
    RoundsNotDecided,
    RoundUnknown,
    SecondPersonNeeded,
    SlugAlreadyTaken,
    SlugNotWellFormed,
    SmallShopPartNotPossible,
    UnitsExceedCampaign,
    UseLongerThanSixMonths,
)
from kernel.http import refuses
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from staff_console.desks import planning
from staff_console.parts import Parts
from staff_console.plan_schemas import (
    ApprovalBody,
    ApprovalRefusalBody,
    ChangeAnswer,
    ChangesAnswer,
    DraftBody,
    EventAnswer,
    ForecastsAnswer,
    HistoryAnswer,
    MoveBody,
    OpenedRoundAnswer,
    PlanAnswer,
    PlanBody,
    PlannedRoundBody,
    RoundDocument,
    RoundWithdrawalBody,
    StateAnswer,
    VersionsAnswer,
)
from staff_console.rights import PLAN_APPROVERS, PLAN_READERS, PLANNERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["plans"])

Reader = Annotated[StaffViewer, Depends(requires(*PLAN_READERS))]
Planner = Annotated[StaffViewer, Depends(requires(*PLANNERS))]
Approver = Annotated[StaffViewer, Depends(requires(*PLAN_APPROVERS))]
TERMS_REFUSALS = (
    AmountNotWholeYen,
    AmountOutOfRange,
    FaceNotAbovePrice,
    CampaignNumberOutOfRange,
    NoPaymentMethod,
    BudgetBelowPremium,
    SmallShopPartNotPossible,
    BaseDateMissing,
    QuotaNotWellFormed,
    QuotasExceedUnits,
)
MOVE_REFUSALS = (
    *VIEWER_REFUSALS,
    CampaignUnknown,
    PlanHasRedFindings,
    CampaignMoveNotLegal,
    DeskMayNotMoveCampaign,
    SecondPersonNeeded,
    *TERMS_REFUSALS,
    RoundsNotDecided,
    CampaignStillInUse,
)
ROUND_REFUSALS = (
    *VIEWER_REFUSALS,
    CampaignUnknown,
    DeskMayNotMoveCampaign,
    CampaignTakesNoRounds,
    SlugNotWellFormed,
    QuotaUnknown,
    CampaignNumberOutOfRange,
    UnitsExceedCampaign,
    RoundDatesNotInOrder,
    PayWindowTooShort,
    UseLongerThanSixMonths,
    CommitmentNotWellFormed,
    SlugAlreadyTaken,
    RoundDiffersFromPlan,
)


@router.post(
    "/campaigns",
    status_code=201,
    responses=refuses(*VIEWER_REFUSALS, PlanningIsForCommerce, SlugNotWellFormed, SlugAlreadyTaken, CampaignUnknown),
)
def draft(body: DraftBody, viewer: Planner, parts: Parts) -> PlanAnswer:
    """Begin a campaign, blank or as another one was a year before; what is wrong with it is said at once."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    campaign_id = parts.database.run(
        lambda session: draft_campaign(session, slug=body.slug, title=body.title, copy_of=body.copy_of, by=by, now=now)
    )
    with parts.database.transaction() as session:
        return planning.plan_answer(session, campaign_id, now)


@router.get("/campaigns/{campaign_id}/plan", responses=refuses(*VIEWER_REFUSALS, CampaignUnknown))
def plan(campaign_id: UUID, _viewer: Reader, parts: Parts) -> PlanAnswer:
    """The newest rules, with the number and hash to approve them by, and every light of the panel."""
    with parts.database.transaction() as session:
        return planning.plan_answer(session, campaign_id, parts.clock.now())


@router.post(
    "/campaigns/{campaign_id}/plan",
    responses=refuses(
        *VIEWER_REFUSALS,
        PlanningIsForCommerce,
        CampaignUnknown,
        CampaignNotADraft,
        RulesChangedMeanwhile,
        PlanningReasonMissing,
    ),
)
def edit(campaign_id: UUID, body: PlanBody, viewer: Planner, parts: Parts) -> PlanAnswer:
    """Write the next version of a draft's rules; the same rules again are the version that is there."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    return parts.database.run(lambda session: planning.edit(session, campaign_id, body, by, now))


@router.get("/campaigns/{campaign_id}/plan/versions", responses=refuses(*VIEWER_REFUSALS, CampaignUnknown))
def versions(campaign_id: UUID, _viewer: Reader, parts: Parts) -> VersionsAnswer:
    """Every version of the rules: who wrote it, when and why."""
    with parts.database.transaction() as session:
        found = rule_versions_of(session, campaign_id)
    return VersionsAnswer(versions=[planning.version_answer(item) for item in found])


@router.get(
    "/campaigns/{campaign_id}/plan/changes",
    responses=refuses(*VIEWER_REFUSALS, CampaignUnknown, RuleVersionUnknown),
)
def changes(
    campaign_id: UUID,
    _viewer: Reader,
    parts: Parts,
    from_version: Annotated[int, Query(ge=1)],
    to_version: Annotated[int, Query(ge=1)],
) -> ChangesAnswer:
    """Every field that differs between two versions of the rules."""
    with parts.database.transaction() as session:
        found = changes_of(session, campaign_id, from_version=from_version, to_version=to_version)
    return ChangesAnswer(changes=[ChangeAnswer(**item._asdict()) for item in found])


@router.get("/campaigns/{campaign_id}/plan/forecasts", responses=refuses(*VIEWER_REFUSALS, CampaignUnknown))
def forecasts(campaign_id: UUID, _viewer: Reader, parts: Parts) -> ForecastsAnswer:
    """What each planned draw would do at 66, 100 and 200 % demand: chances, people with nothing, and yen."""
    with parts.database.transaction() as session:
        found = forecasts_of(session, campaign_id)
    return ForecastsAnswer(draws=[planning.forecasts_answer(slug, items) for slug, items in found.items()])


@router.get("/campaigns/{campaign_id}/history", responses=refuses(*VIEWER_REFUSALS, CampaignUnknown))
def history(campaign_id: UUID, _viewer: Reader, parts: Parts) -> HistoryAnswer:
    """Everything that happened to a campaign: who, for which desk, when and why."""
    with parts.database.transaction() as session:
        found = history_of(session, campaign_id)
    return HistoryAnswer(events=[EventAnswer(**item._asdict()) for item in found])


@router.post(
    "/campaigns/{campaign_id}/approval",
    responses=refuses(*MOVE_REFUSALS, CampaignNotADraft, RulesChangedMeanwhile),
)
def approve(campaign_id: UUID, body: ApprovalBody, viewer: Approver, parts: Parts) -> StateAnswer:
    """Approve exactly the rules that were seen, as somebody who wrote none of them."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    approved = parts.database.run(
        lambda session: approve_plan(
            session, campaign_id, rules_version=body.rules_version, sha256=body.sha256, by=by, now=now
        )
    )
    return planning.state_answer(approved)


@router.post(
    "/campaigns/{campaign_id}/approval-refusals",
    responses=refuses(
        *VIEWER_REFUSALS,
        CampaignUnknown,
        CampaignNotADraft,
        DeskMayNotMoveCampaign,
        RulesChangedMeanwhile,
        PlanningReasonMissing,
    ),
)
def send_back(campaign_id: UUID, body: ApprovalRefusalBody, viewer: Approver, parts: Parts) -> PlanAnswer:
    """Say why these rules are not approved; the campaign stays a draft."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    parts.database.run(
        lambda session: refuse_approval(
            session,
            campaign_id,
            rules_version=body.rules_version,
            sha256=body.sha256,
            reason=body.reason,
            by=by,
            now=now,
        )
    )
    with parts.database.transaction() as session:
        return planning.plan_answer(session, campaign_id, now)


@router.post("/campaigns/{campaign_id}/moves", responses=refuses(*MOVE_REFUSALS))
def move(campaign_id: UUID, body: MoveBody, viewer: Approver, parts: Parts) -> StateAnswer:
    """Move a campaign on; every move but the approval, which has an address of its own."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    return parts.database.run(lambda session: planning.move(session, campaign_id, body, by, now))


@router.post(
    "/campaigns/{campaign_id}/planned-rounds", status_code=201, responses=refuses(*ROUND_REFUSALS, RoundNotPlanned)
)
def open_planned(campaign_id: UUID, body: PlannedRoundBody, viewer: Planner, parts: Parts) -> OpenedRoundAnswer:
    """Announce a round as it was approved; it opens when its rule sheet is published."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    round_id = parts.database.run(
        lambda session: open_planned_round(
            session, campaign_id, slug=body.slug, commitments=body.commitments, by=by, now=now
        )
    )
    return OpenedRoundAnswer(round_id=round_id)


@router.post("/campaigns/{campaign_id}/rounds", status_code=201, responses=refuses(*ROUND_REFUSALS))
def open_another(campaign_id: UUID, body: RoundDocument, viewer: Planner, parts: Parts) -> OpenedRoundAnswer:
    """Announce a round that nobody could plan, such as one of what is left over."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    round_id = parts.database.run(
        lambda session: open_round(session, campaign_id=campaign_id, round=planning.round_draft(body), by=by, now=now)
    )
    return OpenedRoundAnswer(round_id=round_id)


@router.post(
    "/rounds/{round_id}/withdrawal",
    status_code=204,
    responses=refuses(*VIEWER_REFUSALS, PlanningIsForCommerce, PlanningReasonMissing, RoundUnknown, RoundNotAnnounced),
)
def withdraw(round_id: UUID, body: RoundWithdrawalBody, viewer: Planner, parts: Parts) -> None:
    """Give up a round that is announced and not open; its units are the campaign's again."""
    now, by = parts.clock.now(), planning.clerk_of(viewer)
    parts.database.run(lambda session: withdraw_round(session, round_id, reason=body.reason, by=by, now=now))
