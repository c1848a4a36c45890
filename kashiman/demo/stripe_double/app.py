"""The double as an ASGI application."""

from fastapi import FastAPI

from kashiman.demo.stripe_double.account import Account
from kashiman.demo.stripe_double.control_api import control_routes
from kashiman.demo.stripe_double.deliveries import Deliveries
from kashiman.demo.stripe_double.faults import ApiError
from kashiman.demo.stripe_double.stripe_api import StripeApi, fault_response


def create_app(api_key: str, webhook_secret: str, webhook_url: str | None) -> FastAPI:
    """Make an empty account behind one test key; events go to the webhook URL or wait to be drained."""
    deliveries = Deliveries(webhook_secret, webhook_url)
    account = Account(deliveries)
    api = StripeApi(account, api_key)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(ApiError, fault_response)
    app.include_router(api.routes())
    app.include_router(control_routes(account, api))
    deliveries.start()
    return app
