"""The web application: every face on one server, each under its own path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from kashiman.assembly import Installation, open_installation
from kashiman.bench.endpoint import router as bench_router
from kashiman.health import router as health_router
from kashiman.interpreter import settle_interpreter
from kashiman.settings import read_settings
from kashiman.webhooks import router as webhooks_router
from kashiman.wording.refusals import refusal_sentence
from kernel.http import BodyLimit, answer_problems
from kernel.pages import mount_static
from merchant_portal.router import pages as portal_pages
from merchant_portal.router import router as portal_router
from staff_console.router import pages as console_pages
from staff_console.router import router as console_router
from wallet_api.router import pages as wallet_pages
from wallet_api.router import router as wallet_router

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
        yield
        installation.close()

    app = FastAPIOffline(title="かしまんPAY", version="1", description=DESCRIPTION, lifespan=lifespan)
    app.state.installation = installation
    app.state.wallet = installation.wallet_parts()
    app.state.portal = installation.portal_parts()
    app.state.console = installation.console_parts()
    app.state.wording = refusal_sentence
    answer_problems(app, refusal_sentence)
    app.add_middleware(BodyLimit, bytes_max=installation.settings.body_bytes_max, wording=refusal_sentence)
    if installation.settings.bench:
        app.include_router(bench_router, prefix="/api/v1/bench")
    app.include_router(wallet_router, prefix="/api/v1/wallet")  # Routes are tried in order, and paying comes first.
    app.include_router(health_router)
    app.include_router(webhooks_router)
    app.include_router(portal_router, prefix="/api/v1/shop")
    app.include_router(console_router, prefix="/api/v1/staff")
    app.include_router(wallet_pages, prefix="/wallet", include_in_schema=False)
    app.include_router(portal_pages, prefix="/shop", include_in_schema=False)
    app.include_router(console_pages, prefix="/staff", include_in_schema=False)
    mount_static(app, ("wallet_api", "merchant_portal", "staff_console"))
    return app


def app_from_environment() -> FastAPI:
    """The factory that the server calls in each of its processes."""
    app = create_app(open_installation(read_settings()))
    settle_interpreter()
    return app
