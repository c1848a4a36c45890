"""The web application: every face on one server, each under its own path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi_offline import FastAPIOffline

from identity_provider.look import PAGES as PROVIDER
from identity_provider.protocol import ProtocolRoute, error_answer
from identity_provider.router import pages as provider_pages
from identity_provider.router import router as provider_router
from kashiman.assembly import Installation, open_installation
from kashiman.bench.endpoint import router as bench_router
from kashiman.health import router as health_router
from kashiman.intake import Answer, NoMyNumber, declare_my_number
from kashiman.interpreter import settle_interpreter
from kashiman.settings import Settings, read_settings
from kashiman.webhooks import LINE_BYTES_MAX, LINE_PATH
from kashiman.webhooks import router as webhooks_router
from kashiman.wording.refusals import refusal_sentence
from kernel.http import BodyLimit, answer_problems
from kernel.pages import Pages, answer_otherwise, look_pages, mount_static
from kernel.pages.look_page import PAGES as LOOK
from merchant_portal.pages.look import PAGES as PORTAL
from merchant_portal.router import pages as portal_pages
from merchant_portal.router import router as portal_router
from public_pages.pages.look import PAGES as PUBLIC
from public_pages.router import pages as public_pages
from public_pages.router import router as public_router
from staff_console.pages import look as console_look
from staff_console.roll_upload import ROLL_FILE_BYTES_MAX
from staff_console.router import pages as console_pages
from staff_console.router import router as console_router
from wallet_api.pages.look import PAGES as WALLET
from wallet_api.router import pages as wallet_pages
from wallet_api.router import router as wallet_router

ROOM_FOR_A_FORM_BYTES = 64 * 1024
UPLOADS_BYTES_MAX = dict.fromkeys(
    ("/api/v1/staff/roll/imports", "/staff/roll/preview", "/staff/roll/imports"),
    ROLL_FILE_BYTES_MAX + ROOM_FOR_A_FORM_BYTES,
)
"""The only addresses that take a file: an extract of the resident roll."""
NOTICES = ("/webhooks/stripe", LINE_PATH)
"""Programs of other companies sign what they send here, and numbers of theirs may look like anything."""

DESCRIPTION = """
A city's digital regional currency and premium voucher ledger.

Amounts are whole yen. Every request that moves money carries an `Idempotency-Key`: the same key with the same content
gets the same answer again, with other content 422, while it is being worked on 409. Refusals are problem documents
(RFC 9457) with a stable `code`.
"""


def create_app(installation: Installation) -> FastAPI:
    """Build the application around an installation; its queues are finished when the server stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with installation.serving():
            yield
            await to_ourselves.aclose()

    app = FastAPIOffline(title="かしまんPAY", version="1", description=DESCRIPTION, lifespan=lifespan)
    app.state.installation = installation
    # Our faces speak to the provider by its own messages, but without a network in between.
    to_ourselves = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    app.state.provider = installation.provider_parts()
    app.state.wallet = installation.wallet_parts(to_ourselves)
    app.state.portal = installation.portal_parts(to_ourselves)
    app.state.console = installation.console_parts(to_ourselves)
    app.state.public = installation.public_parts()
    app.state.wording = refusal_sentence
    app.state.help_phone = installation.settings.help_phone
    answer_problems(app, refusal_sentence)
    answer_otherwise(app, _faces())
    _guard_intake(app, installation.settings)
    if installation.settings.bench:
        app.include_router(bench_router, prefix="/api/v1/bench")
    app.include_router(wallet_router, prefix="/api/v1/wallet")  # Routes are tried in order, and paying comes first.
    app.include_router(health_router)
    app.include_router(webhooks_router)
    app.include_router(provider_router)
    app.include_router(portal_router, prefix="/api/v1/shop")
    app.include_router(console_router, prefix="/api/v1/staff")
    app.include_router(public_router, prefix="/api/v1")
    app.include_router(provider_pages, prefix="/id", include_in_schema=False)
    app.include_router(wallet_pages, prefix="/wallet", include_in_schema=False)
    app.include_router(portal_pages, prefix="/shop", include_in_schema=False)
    app.include_router(console_pages, prefix="/staff", include_in_schema=False)
    app.include_router(public_pages, prefix="/draws", include_in_schema=False)
    app.include_router(look_pages(), include_in_schema=False)
    mount_static(app, ("identity_provider", "wallet_api", "merchant_portal", "staff_console", "public_pages"))
    return app


def _guard_intake(app: FastAPI, settings: Settings) -> None:
    """Refuse a body over the limit, then a My Number, before any address reads anything."""
    unread = (*UPLOADS_BYTES_MAX, *NOTICES)
    app.add_middleware(NoMyNumber, wording=refusal_sentence, answers=_refusal_answers(), unread=unread)
    larger = UPLOADS_BYTES_MAX | {LINE_PATH: LINE_BYTES_MAX}
    app.add_middleware(BodyLimit, bytes_max=settings.body_bytes_max, wording=refusal_sentence, larger=larger)
    declare_my_number(app)


def _faces() -> dict[str, Pages]:
    """The pages of each face, by the beginning of its addresses."""
    console, shared = console_look.console, {"/look": LOOK}
    return {"/wallet": WALLET, "/shop": PORTAL, "/staff": console, "/id": PROVIDER, "/draws": PUBLIC, **shared}


def _refusal_answers() -> dict[str, Answer]:
    """How each face writes a refusal of a form, by the beginning of its addresses."""
    answers: dict[str, Answer] = {path: look.refusal_page for path, look in _faces().items()}
    by_the_standards = [
        route
        for route in iter_route_contexts(provider_router.routes)
        if isinstance(route.original_route, ProtocolRoute)
    ]
    return answers | {route.path or "": lambda _request, refusal: error_answer(refusal) for route in by_the_standards}


def app_from_environment() -> FastAPI:
    """The factory that the server calls in each of its processes."""
    app = create_app(open_installation(read_settings()))
    settle_interpreter()
    return app
