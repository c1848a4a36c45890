"""Shops that join, decided by the commerce desk, and where they are paid, decided by the finance desk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from kernel.http import BodyNotReadable, FieldsInvalid, refuses
from merchants.model import AccountStep, ApplicationState, ApplicationStep
from merchants.refusals import (
    AccountChangeReasonMissing,
    AccountChangeStepNotAllowed,
    AccountChangeUnknown,
    AccountInForceAlready,
    ShopApplicationChangedMeanwhile,
    ShopApplicationNeedsSecondPerson,
    ShopApplicationReasonMissing,
    ShopApplicationStepNotAllowed,
    ShopApplicationUnknown,
)
from staff_console.desks import shops
from staff_console.parts import Parts
from staff_console.rights import ACCOUNT_APPROVERS, ACCOUNT_READERS, SHOP_JUDGES, SHOP_READERS
from staff_console.shop_schemas import (
    AccountChangeAnswer,
    AccountChangesAnswer,
    SeenBody,
    SeenWithReasonBody,
    ShopApplicationAnswer,
    ShopApplicationsAnswer,
    ShopApprovedAnswer,
    ShopCodeAnswer,
    WhyBody,
)
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["shops"])

Reader = Annotated[StaffViewer, Depends(requires(*SHOP_READERS))]
Judge = Annotated[StaffViewer, Depends(requires(*SHOP_JUDGES))]
AccountReader = Annotated[StaffViewer, Depends(requires(*ACCOUNT_READERS))]
AccountApprover = Annotated[StaffViewer, Depends(requires(*ACCOUNT_APPROVERS))]
ONE_REFUSALS = (*VIEWER_REFUSALS, FieldsInvalid, ShopApplicationUnknown)
STEP_REFUSALS = (*(*ONE_REFUSALS, BodyNotReadable, ShopApplicationStepNotAllowed, ShopApplicationChangedMeanwhile),)
CHANGE_REFUSALS = (*VIEWER_REFUSALS, FieldsInvalid, AccountChangeUnknown)
DECIDE_REFUSALS = (*CHANGE_REFUSALS, AccountChangeStepNotAllowed)
WHY_REFUSALS = (*DECIDE_REFUSALS, BodyNotReadable, AccountChangeReasonMissing)


@router.get("/shop-applications", responses=refuses(*VIEWER_REFUSALS, FieldsInvalid))
def applications(
    _viewer: Reader, parts: Parts, state: Annotated[ApplicationState | None, Query()] = None
) -> ShopApplicationsAnswer:
    """Applications that stand in one state, or all, the oldest first."""
    with parts.database.transaction() as session:
        return ShopApplicationsAnswer(applications=shops.applications(session, (state,) if state else ()))


@router.get("/shop-applications/{application_id}", responses=refuses(*ONE_REFUSALS))
def application(application_id: UUID, _viewer: Reader, parts: Parts) -> ShopApplicationAnswer:
    """An application with what was sent in last, and its history."""
    with parts.database.transaction() as session:
        return shops.application(session, application_id)


@router.post(
    "/shop-applications/{application_id}/corrections",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, ShopApplicationReasonMissing),
)
def ask_correction(application_id: UUID, body: SeenWithReasonBody, viewer: Judge, parts: Parts) -> None:
    """Tell the applicant what has to be put right."""
    step = ApplicationStep.CORRECTION_ASKED
    shops.take_step(parts, viewer, application_id, step, version=body.version, reason=body.reason)


@router.post("/shop-applications/{application_id}/examination", status_code=204, responses=refuses(*STEP_REFUSALS))
def examine(application_id: UUID, body: SeenBody, viewer: Judge, parts: Parts) -> None:
    """Say as the first person that everything is right."""
    shops.take_step(parts, viewer, application_id, ApplicationStep.EXAMINED, version=body.version)


@router.post(
    "/shop-applications/{application_id}/approval",
    status_code=201,
    responses=refuses(*STEP_REFUSALS, ShopApplicationNeedsSecondPerson),
)
def approve(application_id: UUID, body: SeenBody, viewer: Judge, parts: Parts) -> ShopApprovedAnswer:
    """Let the shop in as the second person; the answer holds the owner's code, which exists nowhere else."""
    return shops.approve(parts, viewer, application_id, version=body.version)


@router.post(
    "/shop-applications/{application_id}/refusal",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, ShopApplicationReasonMissing),
)
def decline(application_id: UUID, body: SeenWithReasonBody, viewer: Judge, parts: Parts) -> None:
    """Decline, and say why."""
    step = ApplicationStep.DECLINED
    shops.take_step(parts, viewer, application_id, step, version=body.version, reason=body.reason)


@router.post(
    "/shop-applications/{application_id}/sign-in-codes",
    status_code=201,
    responses=refuses(*ONE_REFUSALS, ShopApplicationStepNotAllowed),
)
def issue_code(application_id: UUID, viewer: Judge, parts: Parts) -> ShopCodeAnswer:
    """Give the owner of an approved shop a new code; the one before ends."""
    return shops.issue_code(parts, viewer, application_id)


@router.get("/bank-account-changes", responses=refuses(*VIEWER_REFUSALS))
def account_changes(_viewer: AccountReader, parts: Parts) -> AccountChangesAnswer:
    """Accounts that owners asked for, each beside the one that is paid to now."""
    with parts.database.transaction() as session:
        return AccountChangesAnswer(changes=shops.account_changes(session, parts))


@router.get("/bank-account-changes/{change_id}", responses=refuses(*CHANGE_REFUSALS))
def account_change(change_id: UUID, _viewer: AccountReader, parts: Parts) -> AccountChangeAnswer:
    """One change, whatever became of it."""
    with parts.database.transaction() as session:
        return shops.one_account_change(session, parts, change_id)


@router.post("/bank-account-changes/{change_id}/approval", status_code=204, responses=refuses(*DECIDE_REFUSALS))
def approve_account(change_id: UUID, viewer: AccountApprover, parts: Parts) -> None:
    """Approve a change; it is paid to when the days of cooling are over."""
    shops.decide_account(parts, viewer, change_id, AccountStep.APPROVED)


@router.post("/bank-account-changes/{change_id}/refusal", status_code=204, responses=refuses(*WHY_REFUSALS))
def refuse_account(change_id: UUID, body: WhyBody, viewer: AccountApprover, parts: Parts) -> None:
    """Refuse a change, and say why."""
    shops.decide_account(parts, viewer, change_id, AccountStep.REFUSED, body.reason)


@router.post(
    "/bank-account-changes/{change_id}/stop",
    status_code=204,
    responses=refuses(*WHY_REFUSALS, AccountInForceAlready),
)
def stop_account(change_id: UUID, body: WhyBody, viewer: AccountApprover, parts: Parts) -> None:
    """Stop a change before it begins, when the owner says that it was not them."""
    shops.decide_account(parts, viewer, change_id, AccountStep.STOPPED, body.reason)
