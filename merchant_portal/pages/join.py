"""A shop applies to join, one screen per step; what was typed is kept for this browser until it is sent."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from identity.provider.rules.secrets import new_secret
from kernel.pages import HostCookie, page_router
from kernel.pages.rendering import sentence_of
from merchant_portal.join_forms import AccountForm, BusinessForm, PledgeForm, StoreForm, StoreNumber, TradeForm
from merchant_portal.joining import (
    DISTRICTS,
    STORE_FIELDS,
    JoinStep,
    Problem,
    content_of,
    problems_of_step,
    store_count,
    store_field,
    without_store,
)
from merchant_portal.pages.join_look import JOIN_PAGES, START
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.typed_accounts import read_account
from merchants.model import Draft
from merchants.operations.save_joining_draft import KEPT_FOR, save_joining_draft
from merchants.operations.submit_shop_application import submit_shop_application
from merchants.queries import joining_draft
from merchants.rules.joining import STORES_MAX
from merchants.rules.pledge import PLEDGE
from merchants.rules.proofs import passphrase_of
from merchants.rules.trades import EXCLUDED_TRADES, TRADES, size_of

router = page_router(JOIN_PAGES)

DONE = f"{START}/done"
TYPING = HostCookie("kashiman_join")
"""The secret of the browser in which somebody fills in the form; the passphrase is made of it."""
PROOF = HostCookie("kashiman_joined")
"""The number and the passphrase of an application, for an hour, so that neither stands in an address."""
PROOF_KEPT_S = 3_600


@router.get("/join")
def begin_page(request: Request, parts: Parts, gone: Annotated[str, Query(max_length=1)] = "") -> Response:
    """Say what joining means, who cannot, and what to have at hand."""
    draft = _draft(request, parts)
    return JOIN_PAGES.page(
        request,
        "shop/join/start.html",
        excluded=EXCLUDED_TRADES,
        terms=parts.joining,
        has_draft=draft is not None,
        gone=bool(gone),
    )


@router.post("/join")
def begin(request: Request, parts: Parts) -> Response:
    """Begin a form, or go on with the one that this browser began."""
    response = RedirectResponse(_address(JoinStep.BUSINESS), 303)
    if _draft(request, parts) is None:
        keep_typing(request, response, parts, {})
    return response


@router.post("/join/business")
def take_business(request: Request, parts: Parts, form: Annotated[BusinessForm, Form()]) -> Response:
    """Keep who applies."""
    return _taken(request, parts, JoinStep.BUSINESS, form.model_dump(exclude={"again"}), form.again)


@router.post("/join/trade")
def take_trade(request: Request, parts: Parts, form: Annotated[TradeForm, Form()]) -> Response:
    """Keep what is sold; a trade that cannot join is told why."""
    return _taken(request, parts, JoinStep.TRADE, form.model_dump(exclude={"again"}), form.again)


@router.post("/join/stores")
def take_store(request: Request, parts: Parts, form: Annotated[StoreForm, Form()]) -> Response:
    """Keep one store, and show all of them."""
    draft = _draft(request, parts)
    if draft is None:
        return _gone()
    position = min(form.number - 1, store_count(draft.content), STORES_MAX - 1)
    fields = {store_field(position, name): getattr(form, name) for name in STORE_FIELDS}
    fields["store_count"] = str(max(store_count(draft.content), position + 1))
    typed = _kept(request, parts, draft, fields)
    if problems_of_step(JoinStep.STORES, typed, position):
        return _wrong(JoinStep.STORES, form.again, number=str(position + 1))
    return RedirectResponse(_address(JoinStep.STORES, form.again), 303)


@router.post("/join/stores/remove")
def remove_store(request: Request, parts: Parts, form: Annotated[StoreNumber, Form()]) -> Response:
    """Take one store out of the draft."""
    draft = _draft(request, parts)
    if draft is None:
        return _gone()
    _save(request, parts, without_store(draft.content, form.number - 1), draft.application_id)
    return RedirectResponse(_address(JoinStep.STORES, form.again), 303)


@router.post("/join/account")
def take_account(request: Request, parts: Parts, form: Annotated[AccountForm, Form()]) -> Response:
    """Keep where the shop is paid."""
    return _taken(request, parts, JoinStep.ACCOUNT, form.model_dump(exclude={"again"}), form.again)


@router.post("/join/pledge")
def take_pledge(request: Request, parts: Parts, form: Annotated[PledgeForm, Form()]) -> Response:
    """Keep which text was agreed to."""
    return _taken(request, parts, JoinStep.PLEDGE, {"pledge_version": form.pledge}, form.again)


@router.post("/join/check")
def send(request: Request, parts: Parts) -> Response:
    """Send the application in, once: sent again it leads to the same number."""
    secret, draft = TYPING.read(request), _draft(request, parts)
    if draft is not None and problems_of_step(JoinStep.CHECK, draft.content):
        return RedirectResponse(_address(JoinStep.CHECK), 303)
    if secret is None:
        return RedirectResponse(DONE, 303) if PROOF.read(request) else _gone()
    content = content_of(draft.content if draft else {})
    now = parts.clock.now()
    receipt = parts.database.run(
        lambda session: submit_shop_application(session, secret, content, now=now, terms=parts.joining)
    )
    response = RedirectResponse(DONE, 303)
    if draft is None or draft.application_id is None:
        PROOF.put(response, request, f"{receipt.receipt}~{passphrase_of(secret)}", PROOF_KEPT_S)
    TYPING.drop(response, request)
    return response


@router.get("/join/{step}")
def show_step(
    request: Request,
    step: JoinStep,
    parts: Parts,
    number: Annotated[int | None, Query(ge=1, le=STORES_MAX)] = None,
    again: Annotated[str, Query(max_length=1)] = "",
    wrong: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """Show one step with what was typed in it, and with `wrong` what is wrong there.

    `number` names a store, `again` leads back to the last step.
    """
    draft = _draft(request, parts)
    if draft is None:
        return _gone()
    if step is JoinStep.CHECK:
        return _check_page(request, parts, draft)
    if step is JoinStep.STORES and (number is not None or not store_count(draft.content)):
        position = min((number or 1) - 1, store_count(draft.content))
        problems = problems_of_step(step, draft.content, position) if wrong else []
        return _store_page(request, draft.content, position, again, problems)
    return _step_page(request, step, draft.content, again, problems_of_step(step, draft.content) if wrong else [])


def keep_typing(
    request: Request, response: Response, parts: PortalParts, typed: Mapping[str, str], corrects: UUID | None = None
) -> None:
    """Begin a draft in this browser under a new secret."""
    secret, now = new_secret(), parts.clock.now()
    parts.database.run(lambda session: save_joining_draft(session, secret, typed, now=now, corrects=corrects))
    TYPING.put(response, request, secret, int(KEPT_FOR.total_seconds()))


def _taken(request: Request, parts: PortalParts, step: JoinStep, fields: Mapping[str, str], again: str) -> Response:
    """Keep the fields of a step, right or wrong, and go on when they are right."""
    draft = _draft(request, parts)
    if draft is None:
        return _gone()
    if problems_of_step(step, _kept(request, parts, draft, fields)):
        return _wrong(step, again)
    return RedirectResponse(_address(JoinStep.CHECK if again else step.following), 303)


def _kept(request: Request, parts: PortalParts, draft: Draft, fields: Mapping[str, str]) -> dict[str, str]:
    typed = {**draft.content, **fields}
    _save(request, parts, typed, draft.application_id)
    return typed


def _save(request: Request, parts: PortalParts, typed: Mapping[str, str], corrects: UUID | None) -> None:
    secret, now = TYPING.read(request) or "", parts.clock.now()
    parts.database.run(lambda session: save_joining_draft(session, secret, typed, now=now, corrects=corrects))


def _step_page(
    request: Request, step: JoinStep, typed: Mapping[str, str], again: str, problems: Iterable[Problem]
) -> Response:
    errors = _errors(request, problems)
    return JOIN_PAGES.page(
        request,
        f"shop/join/{step}.html",
        step=step,
        steps=len(JoinStep),
        typed=typed,
        again=again,
        errors=errors,
        trades=TRADES,
        excluded=EXCLUDED_TRADES,
        stores=content_of(typed).stores,
        wrong_stores={each.refusal.facts["position"] for each in problems_of_step(JoinStep.STORES, typed)}
        if store_count(typed)
        else set(),
        stores_max=STORES_MAX,
        read=read_account(typed),
        pledge=PLEDGE,
    )


def _store_page(
    request: Request, typed: Mapping[str, str], position: int, again: str, problems: Iterable[Problem]
) -> Response:
    errors = _errors(request, problems)
    return JOIN_PAGES.page(
        request,
        "shop/join/store.html",
        step=JoinStep.STORES,
        steps=len(JoinStep),
        typed={name: typed.get(store_field(position, name), "") for name in STORE_FIELDS},
        number=position + 1,
        again=again,
        errors=errors,
        districts=DISTRICTS,
    )


def _check_page(request: Request, parts: PortalParts, draft: Draft) -> Response:
    content = content_of(draft.content)
    problems = problems_of_step(JoinStep.CHECK, draft.content)
    return JOIN_PAGES.page(
        request,
        "shop/join/check.html",
        step=JoinStep.CHECK,
        steps=len(JoinStep),
        content=content,
        read=read_account(draft.content),
        size=size_of(content.stores, parts.joining),
        terms=parts.joining,
        corrects=draft.application_id is not None,
        wrong=[(each.step, sentence_of(request, each.refusal)) for each in problems],
    )


def _errors(request: Request, problems: Iterable[Problem]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for each in problems:
        errors.setdefault(each.field, sentence_of(request, each.refusal))
    return errors


def _draft(request: Request, parts: PortalParts) -> Draft | None:
    secret = TYPING.read(request)
    if secret is None:
        return None
    with parts.database.transaction() as session:
        return joining_draft(session, secret)


def _address(step: JoinStep, again: str = "") -> str:
    return f"{START}/{step}?again=1" if again else f"{START}/{step}"


def _wrong(step: JoinStep, again: str, **place: str) -> Response:
    """Lead to the step and what is wrong there: the draft holds it, so that going back and reloading lose nothing."""
    query = {"wrong": "1", **({"again": "1"} if again else {}), **place}
    return RedirectResponse(f"{START}/{step}?{urlencode(query)}", 303)


def _gone() -> Response:
    return RedirectResponse(f"{START}?gone=1", 303)
