"""What the provider can do, and its public keys."""

from typing import Any

import orjson
from starlette.responses import Response

from identity.model import Acr
from identity.provider.jose.rotation import JWKS_MAX_AGE_S
from identity.provider.model import GrantType
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import protocol_router

router = protocol_router()

STANDARD_SCOPES = ("openid", "offline_access", "profile4.read")
SIGN_IN_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "sid")
PERSON_CLAIMS = ("name", "birthdate", "address")


@router.get("/.well-known/openid-configuration")
def openid_configuration(parts: Parts) -> Response:
    """The provider's metadata (OpenID Connect Discovery 1.0, section 3)."""
    return _cacheable(_metadata(parts))


@router.get("/.well-known/oauth-authorization-server")
def oauth_authorization_server(parts: Parts) -> Response:
    """The same for programs of OAuth 2.0 (RFC 8414)."""
    return _cacheable(_metadata(parts))


@router.get("/id/jwks")
def json_web_key_set(parts: Parts) -> Response:
    """The public keys: those that sign, those that will, and those that did (RFC 7517)."""
    return _cacheable(parts.mint.keys.published())


def _cacheable(content: dict[str, Any]) -> Response:
    headers = {"Cache-Control": f"public, max-age={JWKS_MAX_AGE_S}"}
    return Response(orjson.dumps(content), 200, headers, "application/json")


def _metadata(parts: ProviderParts) -> dict[str, Any]:
    at = parts.issuer
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/id/authorize",
        "token_endpoint": f"{at}/id/token",
        "userinfo_endpoint": f"{at}/id/userinfo",
        "jwks_uri": f"{at}/id/jwks",
        "pushed_authorization_request_endpoint": f"{at}/id/par",
        "introspection_endpoint": f"{at}/id/introspect",
        "revocation_endpoint": f"{at}/id/revoke",
        "end_session_endpoint": f"{at}/id/logout",
        "device_authorization_endpoint": f"{at}/id/device-authorization",
        "scopes_supported": list(STANDARD_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": [grant_type.value for grant_type in GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "acr_values_supported": [acr.value for acr in Acr],
        "claims_supported": [*SIGN_IN_CLAIMS, *PERSON_CLAIMS],
        "claims_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["ja"],
        "display_values_supported": ["page"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
    }
