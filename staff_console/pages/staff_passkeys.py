"""Passkeys of colleagues that wait for a second person."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from identity.model import ProvenSignIn
from identity.relying_party.face import present_at
from kernel.pages import page_router
from staff_console.desks import staff_passkeys
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import PASSKEY_CONFIRMERS
from staff_console.viewer import FACE, StaffViewer, requires

router = page_router(console)

Confirmer = Annotated[StaffViewer, Depends(requires(*PASSKEY_CONFIRMERS))]
PAGE = "/staff/staff-passkeys"


async def _sign_in_here(request: Request, parts: Parts) -> ProvenSignIn:
    """How and when the clerk in this browser signed in. Refuses OriginNotOurs, then NotSignedIn."""
    session = (await present_at(request, FACE, parts)).session
    return ProvenSignIn(session.holder, session.acr, (), session.auth_time)


SignInHere = Annotated[ProvenSignIn, Depends(_sign_in_here)]


@router.get("/staff-passkeys")
def waiting(request: Request, viewer: Confirmer, parts: Parts, done: str = "") -> Response:
    """What waits, with whose it is; `done` says what just happened."""
    found = staff_passkeys.waiting_passkeys(parts, viewer.staff_id)
    return show(request, viewer, "staff_passkeys.html", passkeys=found, done=done)


@router.post("/staff-passkeys/{reference}/confirm")
def confirm(reference: str, _viewer: Confirmer, signed_in: SignInHere, parts: Parts) -> Response:
    """Stand behind a colleague's passkey."""
    staff_passkeys.confirm_passkey(parts, reference, signed_in)
    return RedirectResponse(f"{PAGE}?done=confirmed", 303)
