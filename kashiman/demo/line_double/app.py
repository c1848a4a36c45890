"""The double as an ASGI application."""

from fastapi import FastAPI

from kashiman.demo.doubles.oauth import OauthError, oauth_error_response
from kashiman.demo.doubles.outages import fail_on_command
from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.bot import Bot, BotError
from kashiman.demo.line_double.control_api import control_routes
from kashiman.demo.line_double.liff_sdk import liff_routes
from kashiman.demo.line_double.login_api import login_routes
from kashiman.demo.line_double.messaging_api import bot_error_response, messaging_routes


def create_app(account: LineAccount) -> FastAPI:
    """Serve one account: its login channel, its official account, and the controls."""
    bot = Bot(account)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(OauthError, oauth_error_response)
    app.add_exception_handler(BotError, bot_error_response)
    fail_on_command(app, account.outages)
    app.include_router(login_routes(account))
    app.include_router(liff_routes(account))
    app.include_router(messaging_routes(account, bot))
    app.include_router(control_routes(account, bot))
    return app
