"""Shops that join and accounts that change: the lists, and each with what may be decided."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router
from kernel.pages.rendering import sentence_of
from merchants.model import AccountStep, ApplicationMover, ApplicationPlace, ApplicationState, ApplicationStep
from merchants.queries import shop_application
from merchants.refusals import AccountChangeReasonMissing, ShopApplicationReasonMissing
from merchants.rules.applying import steps_open_to
from staff_console.desks import shops
from staff_console.pages.look import console, show
from staff_console.parts import ConsoleParts, Parts
from staff_console.rights import (
    ACCOUNT_APPROVERS,
    ACCOUNT_READERS,
    SHOP_DESKS,
    SHOP_JUDGES,
    SHOP_READERS,
)
from staff_console.shop_schemas import REASON_MAX
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Desk = Annotated[StaffViewer, Depends(requires(*SHOP_DESKS))]
Reader = Annotated[StaffViewer, Depends(requires(*SHOP_READERS))]
Judge = Annotated[StaffViewer, Depends(requires(*SHOP_JUDGES))]
AccountReader = Annotated[StaffViewer, Depends(requires(*ACCOUNT_READERS))]
AccountApprover = Annotated[StaffViewer, Depends(requires(*ACCOUNT_APPROVERS))]
Reason = Annotated[str, Form(max_length=REASON_MAX)]
Version = Annotated[int, Form(ge=1)]
Done = Annotated[str, Query(max_length=20)]
LIST = "/staff/shops"
STEPS = {
    "corrections": ApplicationStep.CORRECTION_ASKED,
    "examination": ApplicationStep.EXAMINED,
    "refusal": ApplicationStep.DECLINED,
}


@router.get("/shops")
def list_shops(request: Request, viewer: Desk, parts: Parts, done: Done = "") -> Response:
    """What waits: applications for the commerce desk, accounts for the finance desk; `done` says what just happened."""
    sees_shops, sees_accounts = viewer.may(SHOP_READERS), viewer.may(ACCOUNT_READERS)
    with parts.database.transaction() as session:
        waiting = shops.applications(session, shops.WAITING) if sees_shops else []
        decided = shops.applications(session, (ApplicationState.APPROVED, ApplicationState.DECLINED))
        changes = shops.account_changes(session, parts) if sees_accounts else []
    return show(
        request,
        viewer,
        "shops.html",
        sees_shops=sees_shops,
        sees_accounts=sees_accounts,
        waiting=waiting,
        decided=decided if sees_shops else [],
        changes=changes,
        done=done,
    )


@router.get("/shops/{application_id}")
def show_application(request: Request, application_id: UUID, viewer: Reader, parts: Parts, done: Done = "") -> Response:
    """One application with what may be decided about it."""
    return _application(request, viewer, parts, application_id, done=done)


@router.post("/shops/{application_id}/corrections")
def ask_correction(
    request: Request, application_id: UUID, viewer: Judge, parts: Parts, version: Version, reason: Reason = ""
) -> Response:
    """Tell the applicant what has to be put right."""
    return _stepped(request, viewer, parts, application_id, "corrections", version, reason)


@router.post("/shops/{application_id}/examination")
def examine(request: Request, application_id: UUID, viewer: Judge, parts: Parts, version: Version) -> Response:
    """Say as the first person that everything is right."""
    return _stepped(request, viewer, parts, application_id, "examination", version, "")


@router.post("/shops/{application_id}/refusal")
def decline(
    request: Request, application_id: UUID, viewer: Judge, parts: Parts, version: Version, reason: Reason = ""
) -> Response:
    """Decline, and say why."""
    return _stepped(request, viewer, parts, application_id, "refusal", version, reason)


@router.post("/shops/{application_id}/approval")
def approve(request: Request, application_id: UUID, viewer: Judge, parts: Parts, version: Version) -> Response:
    """Let the shop in and show its owner's code; it exists nowhere else, so the answer is the page itself."""
    approved = shops.approve(parts, viewer, application_id, version=version)
    facts = {"owner_name": approved.owner_name, "sign_in_code": approved.sign_in_code}
    return show(request, viewer, "shop_code.html", approved=approved, application_id=application_id, **facts)


@router.post("/shops/{application_id}/sign-in-codes")
def issue_code(request: Request, application_id: UUID, viewer: Judge, parts: Parts) -> Response:
    """Show a new code for the owner; the one before ends."""
    code = shops.issue_code(parts, viewer, application_id)
    return show(request, viewer, "shop_code.html", approved=None, application_id=application_id, **code.model_dump())


@router.get("/account-changes/{change_id}")
def show_change(request: Request, change_id: UUID, viewer: AccountReader, parts: Parts) -> Response:
    """One change of account, old beside new."""
    return _change(request, viewer, parts, change_id)


@router.post("/account-changes/{change_id}/approval")
def approve_account(change_id: UUID, viewer: AccountApprover, parts: Parts) -> Response:
    """Approve a change; it is paid to when the days of cooling are over."""
    shops.decide_account(parts, viewer, change_id, AccountStep.APPROVED)
    return RedirectResponse(f"{LIST}?done=account_approved", 303)


@router.post("/account-changes/{change_id}/refusal")
def refuse_account(
    request: Request, change_id: UUID, viewer: AccountApprover, parts: Parts, reason: Reason = ""
) -> Response:
    """Refuse a change, and say why."""
    return _decided(request, viewer, parts, change_id, AccountStep.REFUSED, reason)


@router.post("/account-changes/{change_id}/stop")
def stop_account(
    request: Request, change_id: UUID, viewer: AccountApprover, parts: Parts, reason: Reason = ""
) -> Response:
    """Stop a change before it begins, when the owner says that it was not them."""
    return _decided(request, viewer, parts, change_id, AccountStep.STOPPED, reason)


def _stepped(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    application_id: UUID,
    way: str,
    version: int,
    reason: str,
) -> Response:
    try:
        shops.take_step(parts, viewer, application_id, STEPS[way], version=version, reason=reason)
    except ShopApplicationReasonMissing as refusal:
        errors = {f"reason-{way}": sentence_of(request, refusal)}
        return _application(request, viewer, parts, application_id, errors=errors)
    return RedirectResponse(f"{LIST}?done={STEPS[way]}", 303)


def _decided(
    request: Request, viewer: StaffViewer, parts: ConsoleParts, change_id: UUID, step: AccountStep, reason: str
) -> Response:
    try:
        shops.decide_account(parts, viewer, change_id, step, reason)
    except AccountChangeReasonMissing as refusal:
        return _change(request, viewer, parts, change_id, {f"reason-{step}": sentence_of(request, refusal)})
    return RedirectResponse(f"{LIST}?done=account_{step}", 303)


def _application(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    application_id: UUID,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    with parts.database.transaction() as session:
        found = shops.application(session, application_id)
        events = shop_application(session, application_id).events
    examiner = next((each.by for each in reversed(events) if each.step is ApplicationStep.EXAMINED), None)
    place = ApplicationPlace(application_id, found.receipt, found.state, found.version, len(events), examiner)
    by, two_people = viewer.staff_id, parts.joining.two_people
    steps = (
        steps_open_to(place, ApplicationMover.STAFF, by, two_people=two_people) if viewer.may(SHOP_JUDGES) else set()
    )
    return show(
        request,
        viewer,
        "shop_application.html",
        status=422 if errors else 200,
        application=found,
        steps={step.value for step in steps},
        waits_for_another=found.state is ApplicationState.EXAMINED and examiner == viewer.staff_id,
        may_issue=viewer.may(SHOP_JUDGES) and found.merchant_id is not None,
        done=done,
        errors=errors or {},
    )


def _change(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    change_id: UUID,
    errors: dict[str, str] | None = None,
) -> Response:
    now = parts.clock.now()
    with parts.database.transaction() as session:
        change = shops.one_account_change(session, parts, change_id)
    return show(
        request,
        viewer,
        "account_change.html",
        status=422 if errors else 200,
        change=change,
        may_decide=viewer.may(ACCOUNT_APPROVERS) and change.state == "proposed",
        may_stop=viewer.may(ACCOUNT_APPROVERS)
        and (change.state == "proposed" or (change.state == "accepted" and (change.valid_from or now) > now)),
        cooling_days=parts.joining.account_cooling_days,
        errors=errors or {},
    )
