"""What became of an application: for whoever knows its number and its passphrase."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router
from kernel.pages.rendering import sentence_of
from merchant_portal.joining import typed_again
from merchant_portal.pages.join import PROOF, PROOF_KEPT_S, keep_typing
from merchant_portal.pages.join_look import CHECK, JOIN_PAGES, STATE
from merchant_portal.parts import Parts, PortalParts
from merchants.model import ApplicationMover, ApplicationPlace, ApplicationStep, ApplicationView
from merchants.operations.move_shop_application import move_shop_application
from merchants.queries import proven_application
from merchants.refusals import ShopApplicationUnknown
from merchants.rules.applying import steps_open_to
from merchants.rules.proofs import typed_passphrase

router = page_router(JOIN_PAGES)

TYPED_MAX = 60


@router.get("/join/done")
def show_receipt(request: Request, parts: Parts) -> Response:
    """Show the number and the passphrase once more; they are written down on paper."""
    view = _proven(request, parts)
    if view is None:
        return RedirectResponse(STATE, 303)
    _, passphrase = _proof(request)
    return JOIN_PAGES.page(request, "shop/join/done.html", view=view, passphrase=passphrase)


@router.get("/join/state")
def show_state(request: Request, parts: Parts, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Say where the application stands and what comes next, or ask which one is meant."""
    view = _proven(request, parts)
    if view is None:
        return _asked(request, "", {}, done)
    place = ApplicationPlace(view.application_id, view.receipt, view.state, view.version, len(view.events), None)
    return JOIN_PAGES.page(
        request,
        "shop/join/state.html",
        view=view,
        steps=steps_open_to(place, ApplicationMover.APPLICANT),
        can_correct=ApplicationStep.CORRECTED,
        can_withdraw=ApplicationStep.WITHDRAWN,
        done=done,
    )


@router.post("/join/state")
def open_state(
    request: Request,
    parts: Parts,
    receipt: Annotated[str, Form(max_length=TYPED_MAX)] = "",
    passphrase: Annotated[str, Form(max_length=TYPED_MAX)] = "",
) -> Response:
    """Open an application in this browser, for an hour."""
    try:
        with parts.database.transaction() as session:
            view = proven_application(session, receipt, passphrase)
    except ShopApplicationUnknown as refusal:
        return _asked(request, receipt, {"receipt": sentence_of(request, refusal)})
    response = RedirectResponse(STATE, 303)
    PROOF.put(response, request, f"{view.receipt}~{typed_passphrase(passphrase)}", PROOF_KEPT_S)
    return response


@router.post("/join/state/correct")
def correct(request: Request, parts: Parts) -> Response:
    """Open the form again with what was sent in; nothing changes before it is sent."""
    view = _proven(request, parts)
    if view is None:
        return RedirectResponse(STATE, 303)
    response = RedirectResponse(CHECK, 303)
    keep_typing(request, response, parts, typed_again(view), corrects=view.application_id)
    return response


@router.post("/join/state/withdraw")
def withdraw(request: Request, parts: Parts) -> Response:
    """Withdraw the application for good; another one can be sent in."""
    view = _proven(request, parts)
    if view is None:
        return RedirectResponse(STATE, 303)
    now, step = parts.clock.now(), ApplicationStep.WITHDRAWN
    parts.database.run(lambda session: move_shop_application(session, view.application_id, step, by=None, now=now))
    return RedirectResponse(f"{STATE}?done=withdrawn", 303)


@router.post("/join/state/leave")
def leave(request: Request) -> Response:
    """Let this browser forget the application; the number and the passphrase open it again."""
    response = RedirectResponse(f"{STATE}?done=left", 303)
    PROOF.drop(response, request)
    return response


def _asked(request: Request, receipt: str, errors: dict[str, str], done: str = "") -> Response:
    status = 422 if errors else 200
    return JOIN_PAGES.page(
        request, "shop/join/state_ask.html", status=status, receipt=receipt, errors=errors, done=done
    )


def _proven(request: Request, parts: PortalParts) -> ApplicationView | None:
    receipt, passphrase = _proof(request)
    try:
        with parts.database.transaction() as session:
            return proven_application(session, receipt, passphrase)
    except ShopApplicationUnknown:
        return None


def _proof(request: Request) -> tuple[str, str]:
    receipt, _, passphrase = (PROOF.read(request) or "").partition("~")
    return receipt, passphrase
