"""Agreeing that an application may know somebody, or not."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from identity.provider.operations.decide_consent import decide_consent
from identity_provider.answering import go_on
from identity_provider.look import PAGES
from identity_provider.parts import Parts
from identity_provider.recording import noted
from identity_provider.viewer import ThisBrowser
from kernel.pages import page_router

router = page_router(PAGES)


@router.post("/consent")
def decide(
    request: Request,
    browser: ThisBrowser,
    parts: Parts,
    handle: Annotated[str, Form()] = "",
    decision: Annotated[str, Form()] = "",
) -> Response:
    """Record the answer and go back to the application; anything but an outspoken yes is a no."""
    now = parts.clock.now()
    agrees = decision == "allow"
    kind = "consent.given" if agrees else "consent.denied"
    outcome = parts.database.run(
        lambda session: noted(
            session, parts, decide_consent(session, handle, browser, agrees=agrees, now=now), kind=kind
        )
    )
    return go_on(request, parts, browser, handle, outcome)
