"""The code of the counter: shown once, in big digits, with the time until which it works."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import Response

from identity.doors.model import DocumentKind
from kernel.pages import page_router
from staff_console.desks import people
from staff_console.pages.look import console, show
from staff_console.pages.people import Helper
from staff_console.parts import Parts

router = page_router(console)


@router.post("/people/{person_id}/counter-codes")
def issue(
    request: Request,
    person_id: UUID,
    viewer: Helper,
    document_kind: Annotated[DocumentKind, Form()],
    parts: Parts,
) -> Response:
    """Make a code and show it; it exists nowhere else, so the answer is the page itself."""
    code = people.issue_counter_code(parts, viewer, person_id, document_kind)
    return show(request, viewer, "counter_code.html", code=code, document_kind=document_kind)
