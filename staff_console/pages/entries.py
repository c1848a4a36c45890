"""Entering applications from a stack of paper, or for somebody at the counter: find, units, done, the next one."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from identity.access.model import PersonOfKana
from identity.access.refusals import SearchFindsTooMany
from issuance.refusals import (
    AlreadyApplied,
    ApplicationWithdrawn,
    ChangeReasonMissing,
    PaperDayNotPossible,
    PaperFormAlreadyEntered,
    PaperFormNotWellFormed,
    UnitsExceedHouseholdCap,
    UnitsExceedPersonCap,
    UnitsOutOfRange,
)
from kernel.clock import city_date
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal
from staff_console.desks import entries
from staff_console.desks.entries import Entry, OpenRound, PaperForm
from staff_console.pages.look import FormKey, console, show
from staff_console.parts import ConsoleParts, Parts
from staff_console.rights import COUNTER_CLERKS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Clerk = Annotated[StaffViewer, Depends(requires(*COUNTER_CLERKS))]
Typed = Annotated[str, Form(max_length=300)]
Way = Literal["paper", "counter"]
PLACES: dict[type[Refusal], str] = {
    PaperFormNotWellFormed: "form_number",
    PaperFormAlreadyEntered: "form_number",
    PaperDayNotPossible: "received_on",
    ChangeReasonMissing: "wish",
    UnitsOutOfRange: "units",
    UnitsExceedPersonCap: "units",
    UnitsExceedHouseholdCap: "units",
}
"""Beside which field a refusal is said."""


@dataclass(frozen=True)
class Stack:
    """What stays the same from one form to the next: the round, the way, and the day on which the stack came in."""

    round_id: Annotated[UUID | None, Form()] = None
    way: Annotated[Way, Form()] = "paper"
    received_on: Annotated[str, Form(max_length=20)] = ""

    @property
    def day(self) -> date | None:
        return _day(self.received_on)

    @property
    def query(self) -> str:
        """The stack in an address: nothing of it is anybody's."""
        return urlencode({"round_id": self.round_id or "", "way": self.way, "received_on": self.received_on})


@dataclass(frozen=True)
class TypedName:
    """Whom the form names, as it was typed."""

    family_kana: Typed = ""
    given_kana: Typed = ""
    birth_date: Typed = ""

    def wanted(self) -> PersonOfKana | dict[str, str]:
        """Whom to find, or what is wrong with it by field."""
        born = _day(self.birth_date)
        if not self.family_kana.strip():
            return {"family_kana": "氏のカナを入力してください。"}
        if born is None:
            return {"birth_date": "生年月日を入力してください。"}
        return PersonOfKana(self.family_kana, born, self.given_kana.strip() or None)


@dataclass(frozen=True)
class TypedEntry:
    """What the clerk typed from the form for the person who was found."""

    person_id: Annotated[UUID, Form()]
    form_number: Typed = ""
    wish: Typed = ""
    replaces: Annotated[int | None, Form(ge=1)] = None

    def entry(self, stack: Stack, key: str) -> Entry:
        """The entry; a day that does not exist is refused by name."""
        form = PaperForm(self.form_number, stack.day) if stack.way == "paper" else None
        round_id = stack.round_id or UUID(int=0)
        return Entry(round_id=round_id, person_id=self.person_id, key=key, form=form, reason=self.wish or None)


@router.get("/entries")
def ask(
    request: Request,
    viewer: Clerk,
    parts: Parts,
    round_id: Annotated[str, Query(max_length=40)] = "",
    way: Way = "paper",
    received_on: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The form for the first one of a stack."""
    return _ask(request, viewer, parts, _stack(parts, round_id, way, received_on))


@router.post("/entries/search")
def search(
    request: Request,
    viewer: Clerk,
    parts: Parts,
    stack: Annotated[Stack, Depends()],
    typed: Annotated[TypedName, Depends()],
) -> Response:
    """Show whom the form names with what they asked for so far; the page is the answer, nothing is in an address."""
    wanted = typed.wanted()
    if isinstance(wanted, dict):
        return _ask(request, viewer, parts, stack, typed=typed, errors=wanted)
    try:
        people = entries.find(parts, viewer, wanted)
    except SearchFindsTooMany as refusal:
        errors = {"given_kana": sentence_of(request, refusal)}
        return _ask(request, viewer, parts, stack, typed=typed, errors=errors)
    chosen = _chosen(parts, stack)
    ids = [person.person_id for person in people]
    applied = entries.applications_of(parts, chosen.round.id, ids) if chosen else {}
    return show(
        request, viewer, "entry_found.html", people=people, applied=applied, chosen=chosen, stack=stack, typed=typed
    )


@router.post("/entries")
def enter(
    request: Request,
    viewer: Clerk,
    parts: Parts,
    key: FormKey,
    stack: Annotated[Stack, Depends()],
    typed: Annotated[TypedEntry, Depends()],
    units: Annotated[int, Form(ge=1, le=1_000)],
) -> Response:
    """Enter it, once however often the form is sent, and lead to the receipt; a double shows the first one."""
    try:
        taken = entries.enter(parts, viewer, typed.entry(stack, key), units=units, replaces=typed.replaces)
    except (AlreadyApplied, ApplicationWithdrawn) as double:
        return _again(request, viewer, parts, stack, typed, units, {}, double)
    except tuple(PLACES) as refusal:
        errors = {PLACES[type(refusal)]: sentence_of(request, refusal)}
        return _again(request, viewer, parts, stack, typed, units, errors)
    return RedirectResponse(f"/staff/entries/receipts/{taken.receipt.receipt}?{stack.query}", 303)


@router.post("/entries/withdrawals")
def withdraw(
    request: Request,
    viewer: Clerk,
    parts: Parts,
    key: FormKey,
    stack: Annotated[Stack, Depends()],
    typed: Annotated[TypedEntry, Depends()],
) -> Response:
    """Withdraw the application for the wish that was typed, and lead to where it says so."""
    try:
        withdrawn = entries.withdraw(parts, viewer, typed.entry(stack, key))
    except tuple(PLACES) as refusal:
        errors = {PLACES[type(refusal)]: sentence_of(request, refusal)}
        return _again(request, viewer, parts, stack, typed, None, errors)
    return RedirectResponse(f"/staff/entries/receipts/{withdrawn.receipt}?{stack.query}", 303)


@router.get("/entries/receipts/{receipt}")
def receipt_entered(
    request: Request,
    receipt: str,
    viewer: Clerk,
    parts: Parts,
    round_id: Annotated[str, Query(max_length=40)] = "",
    way: Way = "paper",
    received_on: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The receipt to print, and the form for the next one of the stack."""
    with parts.database.transaction() as session:
        view, its_round = entries.printed_receipt(session, receipt)
    return _ask(
        request,
        viewer,
        parts,
        _stack(parts, round_id, way, received_on),
        template="entry_done.html",
        application=view,
        its_round=its_round,
    )


def _ask(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    stack: Stack,
    *,
    template: str = "entries.html",
    typed: TypedName | None = None,
    errors: dict[str, str] | None = None,
    **facts: Any,
) -> Response:
    rounds = entries.rounds_to_enter(parts)
    name, wrong = typed or TypedName(), errors or {}
    response = show(request, viewer, template, rounds=rounds, stack=stack, typed=name, errors=wrong, **facts)
    response.status_code = 422 if errors else 200
    return response


def _again(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    stack: Stack,
    typed: TypedEntry,
    units: int | None,
    errors: dict[str, str],
    double: AlreadyApplied | ApplicationWithdrawn | None = None,
) -> Response:
    """The same entry once more: with what is wrong, or with the application that was there before.

    Without units it is a withdrawal.
    """
    facts = {"stack": stack, "typed": typed, "units": units, "errors": errors, "double": double}
    response = show(request, viewer, "entry_again.html", chosen=_chosen(parts, stack), **facts)
    response.status_code = 409 if double else 422
    return response


def _chosen(parts: ConsoleParts, stack: Stack) -> OpenRound | None:
    return next((item for item in entries.rounds_to_enter(parts) if item.round.id == stack.round_id), None)


def _stack(parts: ConsoleParts, round_id: str, way: Way, received_on: str) -> Stack:
    """The stack of an address; a new one came in today."""
    try:
        chosen = UUID(round_id)
    except ValueError:
        chosen = None
    return Stack(chosen, way, received_on or city_date(parts.clock.now()).isoformat())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
