"""Notices from the payment provider and from LINE: verify, keep, answer."""

from typing import cast

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from identity.doors.gateway.line_webhook import read_line_webhook
from identity.doors.gateway.refusals import LineSignatureInvalid, LineWebhookUnreadable
from identity.doors.operations.take_line_events import take_line_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.provider_refusals import WebhookOfOtherMode, WebhookSignatureInvalid, WebhookUnreadable
from kashiman.assembly import Installation
from kernel.http import AddressUnknown, BodyTooLarge, refuses
from kernel.jobs import defer

router = APIRouter(tags=["webhooks"])
PROCESS_EVENTS = "process_provider_events"
LINE_PATH = "/webhooks/line"
LINE_BYTES_MAX = 1024 * 1024
"""LINE puts the events of a moment into one body, and a message of one user alone can be 15 kB."""


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


@router.post(LINE_PATH, responses=refuses(AddressUnknown, LineSignatureInvalid, LineWebhookUnreadable, BodyTooLarge))
async def line(request: Request) -> dict[str, int]:
    """Keep each signed event of LINE once, and note who follows the city's account or blocked it.

    Without a secret to verify by, nothing can be told from a forgery, and the address does not exist.
    """
    installation = cast(Installation, request.app.state.installation)
    secret = installation.settings.line_bot_secret.get_secret_value()
    if not secret:
        raise AddressUnknown
    events = read_line_webhook(await request.body(), request.headers.get("x-line-signature"), secret)

    def keep(session: Session) -> int:
        return take_line_events(session, events, now=installation.clock.now())

    return {"new": await run_in_threadpool(installation.resident_database.run, keep)}
