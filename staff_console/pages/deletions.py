"""Deletions: asking for one, and confirming as a second member of staff."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from identity.access.model import DeletionReason
from kernel.pages import page_router
from staff_console.desks import deletions
from staff_console.pages.look import console, show
from staff_console.pages.people import Helper
from staff_console.parts import Parts
from staff_console.rights import DELETERS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Deleter = Annotated[StaffViewer, Depends(requires(*DELETERS))]
LIST = "/staff/deletions"


@router.get("/deletions")
def waiting(request: Request, viewer: Deleter, parts: Parts, done: str = "") -> Response:
    """What waits for a second person; `done` says what just happened."""
    return show(request, viewer, "deletions.html", requests=deletions.waiting(parts), done=done)


@router.post("/people/{person_id}/deletion")
def ask(
    person_id: UUID,
    viewer: Helper,
    deletion_reason: Annotated[DeletionReason, Form()],
    case_reference: Annotated[str, Form(max_length=1_000)],
    parts: Parts,
) -> Response:
    """Ask for a deletion; nothing is erased yet."""
    deletions.ask_to_delete(parts, viewer, person_id, deletion_reason, case_reference)
    return RedirectResponse(f"{LIST}?done=requested", 303)


@router.post("/deletions/{request_id}/confirm")
def confirm(request_id: UUID, viewer: Deleter, parts: Parts) -> Response:
    """Erase; whoever asked cannot confirm."""
    deletions.confirm(parts, viewer, request_id)
    return RedirectResponse(f"{LIST}?done=confirmed", 303)


@router.post("/deletions/{request_id}/withdraw")
def withdraw(request_id: UUID, viewer: Deleter, parts: Parts) -> Response:
    """Take a request back; the person stays."""
    deletions.withdraw(parts, viewer, request_id)
    return RedirectResponse(f"{LIST}?done=withdrawn", 303)
