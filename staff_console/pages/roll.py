"""Taking over the resident roll: look at what it changes, then send the same file again."""

from datetime import date

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from identity.roll import refusals
from identity.roll.model import FAULT_WORDS, RowFault
from kernel.clock import city_date
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal
from staff_console.desks import roll
from staff_console.pages.look import console, show
from staff_console.parts import ConsoleParts, Parts
from staff_console.refusals import RollFileDiffers
from staff_console.roll_upload import RollKeeper, SentRoll
from staff_console.viewer import StaffViewer

router = page_router(console)

PAGE = "/staff/roll"
SAID_HERE = (
    *(RollFileDiffers, refusals.RollBaseDateInFuture, refusals.RollOlderThanLast),
    *(refusals.RollColumnsMissing, refusals.RollColumnTwice, refusals.RollFileUndecodable, refusals.RollRowUnreadable),
    *(refusals.RollHasNoRows, refusals.RollHoldsMyNumber, refusals.RollRowsUnusable),
)
"""Refusals that are said above the form, with their rows and columns."""


@router.get("/roll")
def ask(request: Request, viewer: RollKeeper, parts: Parts, done: int | None = None) -> Response:
    """The form, and the imports so far; `done` is the number of the one just made."""
    return _form(request, viewer, parts, city_date(parts.clock.now()), done=done)


@router.post("/roll/preview")
def look(request: Request, viewer: RollKeeper, upload: SentRoll, parts: Parts) -> Response:
    """What the file would change; nothing is changed, so the answer is the page itself."""
    try:
        preview = roll.preview(parts, upload)
    except SAID_HERE as refusal:
        return _form(request, viewer, parts, upload.base_date, refusal=refusal)
    return show(request, viewer, "roll_preview.html", preview=preview, upload=upload)


@router.post("/roll/imports")
def take_over(request: Request, viewer: RollKeeper, upload: SentRoll, parts: Parts) -> Response:
    """Take the file over; sent twice, it is taken over once."""
    try:
        done = roll.take_over(parts, viewer, upload)
    except SAID_HERE as refusal:
        return _form(request, viewer, parts, upload.base_date, refusal=refusal)
    return RedirectResponse(f"{PAGE}?done={done.on_record.number}", 303)


def _form(
    request: Request,
    viewer: StaffViewer,
    parts: ConsoleParts,
    base_date: date,
    *,
    done: int | None = None,
    refusal: Refusal | None = None,
) -> Response:
    response = show(
        request,
        viewer,
        "roll.html",
        base_date=base_date,
        today=city_date(parts.clock.now()),
        imports=roll.latest_imports(parts),
        done=done,
        sentence=sentence_of(request, refusal) if refusal else "",
        problems=_problems(refusal),
        problem_count=_problem_count(refusal),
    )
    response.status_code = 422 if refusal else 200
    return response


def _problems(refusal: Refusal | None) -> list[tuple[int, str, str]]:
    """Rows and columns with what is wrong there, and never what stands there."""
    if isinstance(refusal, refusals.RollRowsUnusable):
        return [(row, column, FAULT_WORDS[RowFault(fault)]) for row, column, fault in refusal.problems]
    if isinstance(refusal, refusals.RollHoldsMyNumber):
        return [(row, column, "マイナンバーらしい12桁の番号があります") for row, column in refusal.cells]
    return []


def _problem_count(refusal: Refusal | None) -> int:
    if isinstance(refusal, refusals.RollRowsUnusable):
        return refusal.problem_count
    return refusal.cell_count if isinstance(refusal, refusals.RollHoldsMyNumber) else 0
