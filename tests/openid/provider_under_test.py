"""What the tests know of a provider: its issuer, the applications it knows, and the people who can sign in there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey

Json = dict[str, Any]

POSTCARD = "urn:kashima:acr:postcard"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
EVERY_SCOPE = "openid profile email address phone offline_access"
SIGNED_OUT_AT = "https://town.example/signed-out"


@dataclass(frozen=True)
class RegisteredClient:
    """An application as a provider knows it, with the key that only the application has; a public one has none."""

    client_id: str
    redirect_uri: str = ""
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    scope: str = EVERY_SCOPE
    id_token_alg: str = "RS256"
    signed_out_uri: str = ""
    backchannel_logout_uri: str = ""
    key: ECKey | None = None

    @property
    def metadata(self) -> Json:
        """What a provider is told, with the member names of OpenID Connect Dynamic Client Registration 1.0."""
        return {
            "client_id": self.client_id,
            "grant_types": list(self.grant_types),
            "response_types": ["code"] if self.redirect_uri else [],
            "redirect_uris": [self.redirect_uri] if self.redirect_uri else [],
            "scope": self.scope,
            "id_token_signed_response_alg": self.id_token_alg,
            "post_logout_redirect_uris": [self.signed_out_uri] if self.signed_out_uri else [],
            **self._logout_metadata(),
            **self._authentication_metadata(),
        }

    def _logout_metadata(self) -> Json:
        if not self.backchannel_logout_uri:
            return {}
        return {"backchannel_logout_uri": self.backchannel_logout_uri, "backchannel_logout_session_required": True}

    def _authentication_metadata(self) -> Json:
        if self.key is None:
            return {"token_endpoint_auth_method": "none", "dpop_bound_access_tokens": True}
        return {
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "jwks": {"keys": [self.key.as_dict(private=False)]},
        }


@dataclass(frozen=True)
class Clients:
    """The applications that every provider under test knows."""

    town: RegisteredClient
    """Confidential, told of sign-outs, ID tokens by the default algorithm."""
    farm: RegisteredClient
    """Another confidential one, with ID tokens in ES256."""
    phone: RegisteredClient
    """Public: an application on a telephone, which proves its key by DPoP."""
    kiosk: RegisteredClient
    """A device without a keyboard."""

    def all(self) -> list[RegisteredClient]:
        """The four of them."""
        return [self.town, self.farm, self.phone, self.kiosk]


@dataclass(frozen=True)
class ProviderUnderTest:
    """A running provider.

    `new_person` answers what a person types to sign in, a person that nobody has used before. `tell_applications` sends
    what waits to be told of sign-outs, at a provider that does not do so at once.
    """

    name: str
    issuer: str
    discovery: Json
    clients: Clients
    new_person: Callable[[], str]
    tell_applications: Callable[[], None] = lambda: None
    acr: str = POSTCARD

    def endpoint(self, name: str) -> str:
        """The address of an endpoint by its name in the discovery document."""
        return str(self.discovery[name])


def make_clients(backchannel_logout_uri: str) -> Clients:
    """The applications of the tests with new keys."""
    return Clients(
        town=RegisteredClient(
            "town",
            "https://town.example/callback",
            signed_out_uri=SIGNED_OUT_AT,
            backchannel_logout_uri=backchannel_logout_uri,
            key=new_key(),
        ),
        farm=RegisteredClient(
            "farm",
            "https://farm.example/callback",
            id_token_alg="ES256",
            signed_out_uri="https://farm.example/signed-out",
            key=new_key(),
        ),
        phone=RegisteredClient(
            "phone",
            "https://phone.example/callback",
            id_token_alg="ES256",
            signed_out_uri="https://phone.example/signed-out",
        ),
        kiosk=RegisteredClient("kiosk", grant_types=(DEVICE_GRANT,), scope="openid", key=new_key()),
    )


def new_key() -> ECKey:
    """A new key on the curve P-256, named by its thumbprint (RFC 7638)."""
    key = ECKey.generate_key("P-256", private=True)
    return ECKey.import_key({**key.as_dict(private=True), "kid": key.thumbprint(), "use": "sig", "alg": "ES256"})
