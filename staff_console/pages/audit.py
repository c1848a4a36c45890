"""The second opinion: ask for it, and read the verdict."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from kernel.pages import page_router
from staff_console.desks import books
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import AUDITORS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Auditor = Annotated[StaffViewer, Depends(requires(*AUDITORS))]
COUNTS = frozenset({"payments", "journals", "transfers"})
"""Figures that are not yen."""


@router.get("/audit")
def ask(request: Request, viewer: Auditor) -> Response:
    """Say what the audit does, and offer it."""
    return show(request, viewer, "audit.html")


@router.post("/audit")
def audit(request: Request, viewer: Auditor, parts: Parts) -> Response:
    """Recompute the books and show the verdict; nothing is changed, so the answer is the page itself."""
    with parts.database.transaction() as session:
        verdict = books.audit(session, parts.clock.now())
    return show(request, viewer, "verdict.html", verdict=verdict, counts=COUNTS)
