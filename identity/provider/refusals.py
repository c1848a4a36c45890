"""Every expected no of the provider, with the error code of the standard that names it."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class ProtocolRefusal(Refusal):
    """A no in the words of OAuth 2.0 or OpenID Connect; `error` is what programs read."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    error: ClassVar[str] = "server_error"


@dataclass(eq=False)
class AuthorizationRequestInvalid(ProtocolRefusal):
    """A parameter is missing, repeated or not of its form (RFC 6749, section 4.1.2.1)."""

    error: ClassVar[str] = "invalid_request"
    parameter: str


@dataclass(eq=False)
class ClientNotRegistered(ProtocolRefusal):
    """No application is registered under this name; nobody is sent anywhere."""

    error: ClassVar[str] = "invalid_request"


@dataclass(eq=False)
class RedirectUriNotRegistered(ProtocolRefusal):
    """The address to return to is not one of the application's; nobody is sent there (ASVS 5.0, 10.4.1)."""

    error: ClassVar[str] = "invalid_request"


@dataclass(eq=False)
class ResponseTypeNotSupported(ProtocolRefusal):
    """Only `code` exists here (RFC 9700, section 2.1.2)."""

    error: ClassVar[str] = "unsupported_response_type"


@dataclass(eq=False)
class ScopeNotAllowed(ProtocolRefusal):
    """The application may not ask for one of these scopes, or did not ask for `openid`."""

    error: ClassVar[str] = "invalid_scope"


@dataclass(eq=False)
class RequestObjectNotSupported(ProtocolRefusal):
    """Request objects are not read here (OpenID Connect Core 1.0, section 6.1)."""

    error: ClassVar[str] = "request_not_supported"


@dataclass(eq=False)
class RequestUriNotSupported(ProtocolRefusal):
    """Only request URIs that this provider gave out itself are read (RFC 9126)."""

    error: ClassVar[str] = "request_uri_not_supported"


@dataclass(eq=False)
class PushedRequestNeeded(ProtocolRefusal):
    """A confidential application pushes its request first (RFC 9126, section 5)."""

    error: ClassVar[str] = "invalid_request"


@dataclass(eq=False)
class AuthorizationRequestOver(ProtocolRefusal):
    """The request is unknown, was used, belongs to another browser or has waited too long."""

    error: ClassVar[str] = "invalid_request_uri"


@dataclass(eq=False)
class LoginRequired(ProtocolRefusal):
    """Nobody is signed in as it was asked, and the application wants no page to be shown."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "login_required"


@dataclass(eq=False)
class ConsentRequired(ProtocolRefusal):
    """Somebody has to agree first, and the application wants no page to be shown."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    error: ClassVar[str] = "consent_required"


@dataclass(eq=False)
class LevelNotReachable(ProtocolRefusal):
    """None of the ways to sign in that were asked for is open to this person (OpenID Connect Core 1.0, 5.5.1.1)."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    error: ClassVar[str] = "unmet_authentication_requirements"


@dataclass(eq=False)
class ConsentDenied(ProtocolRefusal):
    """The person did not agree."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    error: ClassVar[str] = "access_denied"


@dataclass(eq=False)
class ApplicationServesOthers(ProtocolRefusal):
    """The application is for others: residents, shops or staff."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    error: ClassVar[str] = "access_denied"


@dataclass(eq=False)
class ClientNotProven(ProtocolRefusal):
    """The application did not prove that it is the one it says (RFC 6749, section 5.2)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "invalid_client"


@dataclass(eq=False)
class GrantNotValid(ProtocolRefusal):
    """The code or refresh token is unknown, over, used, revoked, or another application's (RFC 6749, section 5.2)."""

    error: ClassVar[str] = "invalid_grant"


@dataclass(eq=False)
class GrantUsedTwice(ProtocolRefusal):
    """The code or refresh token was used before, so that all that came of it has ended (RFC 9700, section 4.14.2)."""

    error: ClassVar[str] = "invalid_grant"


@dataclass(eq=False)
class GrantTypeNotSupported(ProtocolRefusal):
    """This way to a token does not exist here."""

    error: ClassVar[str] = "unsupported_grant_type"


@dataclass(eq=False)
class GrantTypeNotAllowed(ProtocolRefusal):
    """The application may not come this way."""

    error: ClassVar[str] = "unauthorized_client"


@dataclass(eq=False)
class DpopProofNeeded(ProtocolRefusal):
    """A public application binds its tokens to a key of its own (RFC 9449)."""

    error: ClassVar[str] = "invalid_dpop_proof"


@dataclass(eq=False)
class DeviceDecisionPending(ProtocolRefusal):
    """The person has not decided yet (RFC 8628, section 3.5)."""

    error: ClassVar[str] = "authorization_pending"


@dataclass(eq=False)
class DeviceAsksTooOften(ProtocolRefusal):
    """The device asks more often than it was told (RFC 8628, section 3.5)."""

    error: ClassVar[str] = "slow_down"


@dataclass(eq=False)
class DeviceRequestOver(ProtocolRefusal):
    """The three minutes of the device's request are over (RFC 8628, section 3.5)."""

    error: ClassVar[str] = "expired_token"


@dataclass(eq=False)
class DeviceDenied(ProtocolRefusal):
    """The person did not let the device do this."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    error: ClassVar[str] = "access_denied"


@dataclass(eq=False)
class DeviceCodeUnknown(Refusal):
    """No device waits under this code."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class ClientDescriptionInvalid(Refusal):
    """An application cannot be registered like this."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str


@dataclass(eq=False)
class SessionNotYours(Refusal):
    """No open sign-in of yours has this number."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class ConsentNotYours(Refusal):
    """No agreement of yours has this number."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class NotSignedIn(Refusal):
    """Nobody is signed in in this browser, or the sign-in is over."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class SigningKeysMissing(Refusal):
    """The provider has no active key yet; the command that makes and rotates keys makes them."""
