"""The certified OpenID client on a device without a keyboard, and what it must get."""

from collections.abc import Callable

from tests.openid.conversation import converse
from tests.openid.provider_under_test import Json, ProviderUnderTest

ASKED_FOR = "証明書 2026-0001"
USED_UP = {"invalid_grant", "expired_token"}
"""The errors that say that a device code is of no more use (RFC 6749, section 5.2; RFC 8628, section 3.5)."""


def device_tokens(provider: ProviderUnderTest, agree: Callable[[Json], None]) -> Json:
    """Let the kiosk ask; `agree` is given what it shows (RFC 8628, section 3.2) and agrees to it at a browser."""
    key = provider.clients.kiosk.key
    assert key is not None

    def answer(message: Json) -> str:
        agree(message["device"])
        return "agreed"

    settings = {
        "issuer": provider.issuer,
        "client_id": "kiosk",
        "key": key.as_dict(private=True),
        "parameters": {"scope": "openid", "application": ASKED_FOR},
    }
    report = converse("openid_client_device.mjs", settings, answer)
    claims = report["claims"]
    return {
        "issuer": claims["iss"],
        "audience": claims["aud"],
        "token_type": report["token_type"],
        "is_one_person": report["userinfo_subject"] == claims["sub"] != "",
        "is_used_up": report["again"] in USED_UP,
    }


def expected_device_tokens(provider: ProviderUnderTest) -> Json:
    """What the kiosk must get: tokens for itself about one person, once."""
    return {
        "issuer": provider.issuer,
        "audience": "kiosk",
        "token_type": "bearer",
        "is_one_person": True,
        "is_used_up": True,
    }
