"""The double as an ASGI application."""

from fastapi import FastAPI

from kashiman.demo.agency_double.control_api import control_routes
from kashiman.demo.agency_double.oidc_api import oidc_routes
from kashiman.demo.agency_double.realm import Realm
from kashiman.demo.doubles.oauth import OauthError, oauth_error_response
from kashiman.demo.doubles.outages import fail_on_command


def create_app(realm: Realm) -> FastAPI:
    """Serve one realm and its controls."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(OauthError, oauth_error_response)
    fail_on_command(app, realm.outages)
    app.include_router(oidc_routes(realm))
    app.include_router(control_routes(realm))
    return app
