"""Where the shop is paid: the account in force, asking for another one, and stopping what was asked for."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.refusals import SignInNotRecent
from kernel.pages import FormKey, page_router
from kernel.pages.rendering import sentence_of
from merchant_portal.account_changes import (
    ask_for_account,
    may_change_account,
    own_accounts,
    stop_account,
)
from merchant_portal.join_forms import TEXT_MAX, AccountForm
from merchant_portal.pages.look import ACCOUNT, PAGES
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.typed_accounts import ACCOUNT_FIELDS, TypedAccount, read_account
from merchant_portal.viewer import ShopViewer, StatementReader

router = page_router(PAGES)


Typed = Annotated[str, Form(max_length=TEXT_MAX)]


@router.get("/account")
def show_account(
    request: Request, viewer: StatementReader, parts: Parts, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show which account is paid to, and the change that is under way; `done` says what just happened."""
    now = parts.clock.now()
    with parts.database.transaction() as session:
        accounts = own_accounts(session, viewer, now)
    return PAGES.page(
        request,
        "shop/account.html",
        viewer=viewer,
        accounts=accounts,
        cooling_days=parts.joining.account_cooling_days,
        done=done,
    )


@router.get("/account/change")
def ask_account(request: Request, viewer: StatementReader, parts: Parts) -> Response:
    """Ask for the new account, if the owner signed in strongly enough just now; else say how to."""
    return _form(request, viewer, parts, {}, None)


@router.post("/account/change/confirm")
def confirm_account(
    request: Request, viewer: StatementReader, parts: Parts, form: Annotated[AccountForm, Form()]
) -> Response:
    """Show the account once more as the bank's file prints it; nothing is asked for yet."""
    typed = form.model_dump(exclude={"again"})
    read = read_account(typed)
    if read.problems or may_change_account(viewer, parts.clock.now()):
        return _form(request, viewer, parts, typed, read)
    with parts.database.transaction() as session:
        accounts = own_accounts(session, viewer, parts.clock.now())
    return PAGES.page(
        request,
        "shop/account_confirm.html",
        viewer=viewer,
        typed=typed,
        read=read,
        in_force=accounts.in_force,
        cooling_days=parts.joining.account_cooling_days,
    )


@router.post("/account/change")
def send_account(
    request: Request,
    viewer: StatementReader,
    parts: Parts,
    key: FormKey,
    bank_code: Typed = "",
    branch_code: Typed = "",
    account_kind: Typed = "",
    account_number: Typed = "",
    holder_kana: Typed = "",
) -> Response:
    """Ask for the account once for the key of the form, and show that it was asked for."""
    values = (bank_code, branch_code, account_kind, account_number, holder_kana)
    typed = dict(zip(ACCOUNT_FIELDS, values, strict=True))
    read = read_account(typed)
    if read.problems or may_change_account(viewer, parts.clock.now()):
        return _form(request, viewer, parts, typed, read)
    ask_for_account(parts, viewer, read.account, key=key)
    return RedirectResponse(f"{ACCOUNT}?done=asked", 303)


@router.post("/account/stop")
def stop(
    viewer: StatementReader,
    parts: Parts,
    number: Annotated[int, Form(ge=1)],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Stop a change that has not begun; whoever is an owner may, without signing in again."""
    stop_account(parts, viewer, number, reason)
    return RedirectResponse(f"{ACCOUNT}?done=stopped", 303)


def _form(
    request: Request, viewer: ShopViewer, parts: PortalParts, typed: Mapping[str, str], read: TypedAccount | None
) -> Response:
    refusal = may_change_account(viewer, parts.clock.now())
    errors: dict[str, str] = {}
    for problem in read.problems if read else ():
        errors.setdefault(str(problem.facts["field_name"]), sentence_of(request, problem))
    return PAGES.page(
        request,
        "shop/account_change.html",
        status=422 if errors else 200,
        viewer=viewer,
        typed=typed,
        errors=errors,
        read=read or read_account(typed),
        why_not=refusal and sentence_of(request, refusal),
        is_only_late=isinstance(refusal, SignInNotRecent),
        cooling_days=parts.joining.account_cooling_days,
    )
