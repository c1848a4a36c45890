"""The certified OpenID client that nobody here wrote, as the applications of the tests, at each provider."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.openid.conversation import converse
from tests.openid.device import device_tokens, expected_device_tokens
from tests.openid.provider_under_test import Json, ProviderUnderTest, RegisteredClient
from tests.openid.visitor import Visitor


@pytest.mark.parametrize("name", ["town", "farm"])
def test_a_confidential_application_signs_in_refreshes_and_signs_out(
    provider: ProviderUnderTest, visitor: Visitor, name: str
) -> None:
    client: RegisteredClient = getattr(provider.clients, name)
    report = run(provider, client, visitor)
    check_identity(report, provider, client)
    refreshed = {"is_rotated": True, "subject": report["claims"]["sub"], "token_type": "dpop", "is_active": True}
    assert report["refreshed"] == refreshed
    assert (report["reuse"], report["sibling"], report["is_active_after_reuse"]) == (
        "invalid_grant",
        "invalid_grant",
        False,
    )
    check_endings(report, client)


def test_a_public_application_signs_in_refreshes_and_signs_out(provider: ProviderUnderTest, visitor: Visitor) -> None:
    client = provider.clients.phone
    report = run(provider, client, visitor)
    check_identity(report, provider, client)
    refreshed = {"is_rotated": True, "subject": report["claims"]["sub"], "token_type": "dpop", "is_active": None}
    assert report["refreshed"] == refreshed
    assert (report["reuse"], report["sibling"]) == ("invalid_grant", "invalid_grant")
    check_endings(report, client)


def test_a_device_without_a_keyboard_gets_its_tokens_once_somebody_agreed(reference: ProviderUnderTest) -> None:
    """At our provider it takes a passkey to agree, and so a browser that has one."""
    person = Visitor(reference.new_person())

    def agree(shown: Json) -> None:
        person.agree(shown["verification_uri"], {"user_code": shown["user_code"]})

    assert device_tokens(reference, agree) == expected_device_tokens(reference)


def run(provider: ProviderUnderTest, client: RegisteredClient, visitor: Visitor) -> Json:
    """Let the client do all it can, with the visitor at the browser."""
    landings = (client.redirect_uri, client.signed_out_uri)

    def browse(message: Json) -> str:
        is_sign_out = urlsplit(message["visit"])._replace(query="").geturl() == provider.endpoint(
            "end_session_endpoint"
        )
        landing = landings[is_sign_out]
        return f"{landing}?{urlencode(visitor.land(message['visit'], landing))}"

    settings = {
        "issuer": provider.issuer,
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "signed_out_uri": client.signed_out_uri,
        "id_token_alg": client.id_token_alg,
        "key": client.key and client.key.as_dict(private=True),
    }
    return converse("openid_client.mjs", settings, browse)


def check_identity(report: Json, provider: ProviderUnderTest, client: RegisteredClient) -> None:
    """Who signed in, at whom, for whom; by a token that is bound to the key of the application."""
    claims = report["claims"]
    assert (report["issuer"], claims["iss"], claims["aud"]) == (provider.issuer, provider.issuer, client.client_id)
    assert report["userinfo_subject"] == claims["sub"] != ""
    assert (report["token_type"], report["is_refused_without_key"]) == ("dpop", True)


def check_endings(report: Json, client: RegisteredClient) -> None:
    """What was revoked is dead, and after signing out the person is back at the application."""
    assert report["revoked"] == "invalid_grant"
    assert dict(parse_qsl(urlsplit(report["signed_out_at"]).query)) == {"state": "bye"}
    assert report["signed_out_at"].startswith(client.signed_out_uri)
