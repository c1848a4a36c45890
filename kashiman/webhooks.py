"""Notices from the payment provider: verify, keep, answer; the worker does the rest."""

from typing import cast

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from issuance.operations.receive_webhook import receive_webhook
from issuance.provider_refusals import WebhookOfOtherMode, WebhookSignatureInvalid, WebhookUnreadable
from kashiman.assembly import Installation
from kernel.http import refuses
from kernel.jobs import defer

router = APIRouter(tags=["webhooks"])
PROCESS_EVENTS = "process_provider_events"


@router.post("/webhooks/stripe", responses=refuses(WebhookSignatureInvalid, WebhookUnreadable, WebhookOfOtherMode))
async def stripe(request: Request) -> dict[str, bool]:
    """Keep a signed notice once, whatever the order and however often it comes, and let the worker read the truth."""
    installation = cast(Installation, request.app.state.installation)
    body = await request.body()
    event = installation.provider.read_webhook(body, request.headers.get("stripe-signature"))

    def keep(session: Session) -> bool:
        is_new = receive_webhook(session, event, body, now=installation.clock.now())
        defer(session, PROCESS_EVENTS)
        return is_new

    return {"new": await run_in_threadpool(installation.resident_database.run, keep)}
