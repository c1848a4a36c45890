"""Every parameter of a request: what is accepted, what is refused, and which refusal comes first."""

from dataclasses import replace

import pytest

from identity.model import Acr
from identity.provider.model import GrantType
from identity.provider.refusals import (
    AuthorizationRequestInvalid,
    RedirectUriNotRegistered,
    RequestObjectNotSupported,
    RequestUriNotSupported,
    ResponseTypeNotSupported,
    ScopeNotAllowed,
)
from identity.provider.rules.authorization_request import (
    MAX_AGE_S_MAX,
    TEXT_LENGTH_MAX,
    read_authorization_request,
    read_return_address,
)
from kernel.refusals import Refusal
from tests.identity.provider.rules.samples import CHALLENGE, REDIRECT, TOWN, parameters


def read(**changes: object) -> object:
    return read_authorization_request(parameters(**changes), TOWN)


def refusal_of(**changes: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(**changes)
    return caught.value


def test_a_request_is_read_whole() -> None:
    request = read_authorization_request(
        parameters(
            scope="openid town.read offline_access",
            state="s t~te",
            nonce="n",
            response_mode="form_post",
            prompt="login consent",
            max_age="300",
            acr_values="urn:kashima:acr:passkey urn:kashima:acr:postcard",
            dpop_jkt=CHALLENGE,
            ui_locales="ja en",
        ),
        TOWN,
    )
    assert (request.client_id, request.redirect_uri, request.code_challenge) == ("town", REDIRECT, CHALLENGE)
    assert request.scopes == ("openid", "town.read", "offline_access")
    assert (request.state, request.nonce, request.response_mode) == ("s t~te", "n", "form_post")
    assert (request.prompts, request.max_age_s) == (frozenset({"login", "consent"}), 300)
    assert (request.acr_values, request.acr_is_essential) == ((Acr.PASSKEY, Acr.POSTCARD), False)
    assert (request.dpop_thumbprint, request.ui_locale, request.subject_hint) == (CHALLENGE, "ja en", None)


def test_what_may_be_left_out_is_left_out() -> None:
    request = read_authorization_request(parameters(), TOWN)
    assert (request.state, request.nonce, request.response_mode, request.max_age_s) == (None, None, "query", None)
    assert (request.prompts, request.acr_values, request.dpop_thumbprint) == (frozenset(), (), None)


@pytest.mark.parametrize("name", ["display", "login_hint", "claims_locales", "purpose", "registration", "x" * 600])
def test_unknown_parameters_are_ignored(name: str) -> None:
    assert read(**{name: "page"}) == read()


@pytest.mark.parametrize("name", ["state", "nonce", "max_age", "prompt", "claims", "dpop_jkt", "response_mode"])
def test_a_parameter_without_a_value_counts_as_not_sent(name: str) -> None:
    assert read(**{name: ""}) == read()


@pytest.mark.parametrize(
    "uri",
    [
        "https://town.example/callback/",
        "https://town.example/callback?",
        "https://town.example/callback?x=1",
        "https://town.example/callback#",
        "https://town.example/CALLBACK",
        "https://TOWN.example/callback",
        "https://town.example:443/callback",
        "http://town.example/callback",
        "https://town.example/%63allback",
        "https://town.example/callback/../callback",
        "https://town.example@evil.example/callback",
        "https://town.example.evil.example/callback",
        "//town.example/callback",
        "https://town.example/callback ",
        " https://town.example/callback",
        "https://town.example/other",
        "javascript:alert(1)",
        "",
    ],
)
def test_asvs_10_4_1_an_address_that_is_not_registered_letter_by_letter_is_refused(uri: str) -> None:
    assert refusal_of(redirect_uri=uri) == RedirectUriNotRegistered()
    with pytest.raises(RedirectUriNotRegistered):
        read_return_address(parameters(redirect_uri=uri), TOWN)


@pytest.mark.parametrize("uris", [None, [], [REDIRECT, REDIRECT], [REDIRECT, "https://evil.example/"]])
def test_asvs_10_4_1_an_address_comes_exactly_once(uris: list[str] | None) -> None:
    assert refusal_of(redirect_uri=uris) == RedirectUriNotRegistered()


def test_a_registered_address_with_a_query_is_one() -> None:
    assert read_return_address(parameters(redirect_uri=TOWN.redirect_uris[1]), TOWN).redirect_uri.endswith("?tab=1")


@pytest.mark.parametrize(
    "name", ["state", "nonce", "scope", "response_type", "code_challenge", "code_challenge_method", "anything"]
)
def test_a_parameter_that_comes_twice_is_refused(name: str) -> None:
    assert refusal_of(**{name: ["one", "one"]}) == AuthorizationRequestInvalid(name)


def test_the_address_of_return_leaves_out_what_cannot_be_read() -> None:
    address = read_return_address(parameters(state=["a", "b"], response_mode="fragment"), TOWN)
    assert (address.state, address.response_mode) == (None, "query")
    address = read_return_address(parameters(state="sta\nte", response_mode="form_post"), TOWN)
    assert (address.state, address.response_mode) == (None, "form_post")


WRONG_IN_ORDER: list[tuple[dict[str, object], Refusal]] = [
    ({"redirect_uri": "https://evil.example/"}, RedirectUriNotRegistered()),
    ({"nonce": ["a", "b"]}, AuthorizationRequestInvalid("nonce")),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, RequestObjectNotSupported()),
    ({"request_uri": "https://town.example/request"}, RequestUriNotSupported()),
    ({"response_type": "token"}, ResponseTypeNotSupported()),
    ({"scope": "town.read"}, ScopeNotAllowed()),
]


@pytest.mark.parametrize("first", range(len(WRONG_IN_ORDER)))
def test_refusals_come_in_their_order(first: int) -> None:
    wrong: dict[str, object] = {}
    for changes, _ in WRONG_IN_ORDER[first:]:
        wrong.update(changes)
    assert refusal_of(**wrong) == WRONG_IN_ORDER[first][1]


@pytest.mark.parametrize(
    "response_type", [None, "", "token", "id_token", "code id_token", "code token", "none", "CODE", "code ", "c"]
)
def test_only_code_is_a_response_type(response_type: str | None) -> None:
    assert refusal_of(response_type=response_type) == ResponseTypeNotSupported()


def test_an_application_without_the_code_grant_asks_nothing_here() -> None:
    client = replace(TOWN, grant_types=frozenset({GrantType.DEVICE}))
    with pytest.raises(AuthorizationRequestInvalid) as caught:
        read_authorization_request(parameters(), client)
    assert caught.value.parameter == "client_id"


@pytest.mark.parametrize(
    "scope",
    [
        None,
        "",
        "town.read",
        "openid other",
        "OPENID",
        "openid  town.read",
        " openid",
        "openid\ttown.read",
        "openid x\n",
    ],
)
def test_scopes_that_are_not_the_applications_are_refused(scope: str | None) -> None:
    assert refusal_of(scope=scope) == ScopeNotAllowed()


def test_no_more_than_twenty_scopes_are_read() -> None:
    client = replace(TOWN, scopes=frozenset({"openid", *(f"s{number}" for number in range(30))}))
    asked = parameters(scope="openid " + " ".join(f"s{number}" for number in range(20)))
    with pytest.raises(ScopeNotAllowed):
        read_authorization_request(asked, client)


def test_scopes_are_read_once_each_and_those_that_we_hold_nothing_for_are_not_granted() -> None:
    request = read_authorization_request(
        parameters(scope="town.read openid profile email address phone openid town.read"), TOWN
    )
    assert request.scopes == ("town.read", "openid")


@pytest.mark.parametrize("method", [None, "", "plain", "s256", "S512"])
def test_asvs_10_4_6_pkce_cannot_be_left_out_or_weakened(method: str | None) -> None:
    assert refusal_of(code_challenge_method=method) == AuthorizationRequestInvalid("code_challenge_method")


@pytest.mark.parametrize("challenge", [None, "", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+", "あ" * 43])
def test_asvs_10_4_6_a_challenge_has_its_form(challenge: str | None) -> None:
    assert refusal_of(code_challenge=challenge) == AuthorizationRequestInvalid("code_challenge")


@pytest.mark.parametrize("name", ["state", "nonce", "ui_locales"])
@pytest.mark.parametrize("text", ["a" * (TEXT_LENGTH_MAX + 1), "a\x00", "a\r\nSet-Cookie: x", "状態", "a\x7f"])
def test_texts_are_short_and_printable(name: str, text: str) -> None:
    assert refusal_of(**{name: text}) == AuthorizationRequestInvalid(name)


def test_a_text_may_be_as_long_as_that() -> None:
    request = read_authorization_request(parameters(state="a" * TEXT_LENGTH_MAX), TOWN)
    assert request.state == "a" * TEXT_LENGTH_MAX


@pytest.mark.parametrize("mode", ["fragment", "jwt", "QUERY", "web_message"])
def test_other_response_modes_are_refused(mode: str) -> None:
    assert refusal_of(response_mode=mode) == AuthorizationRequestInvalid("response_mode")


@pytest.mark.parametrize("prompt", ["none login", "login none", "other", "NONE", "none none consent"])
def test_other_prompts_and_none_beside_others_are_refused(prompt: str) -> None:
    assert refusal_of(prompt=prompt) == AuthorizationRequestInvalid("prompt")


@pytest.mark.parametrize("age", ["-1", "+1", "1.0", "1e3", "٣", " 1", str(MAX_AGE_S_MAX + 1), "9" * 5_000, "0x1"])
def test_an_age_is_a_whole_number_of_seconds(age: str) -> None:
    assert refusal_of(max_age=age) == AuthorizationRequestInvalid("max_age")


def test_an_age_of_nothing_is_an_age() -> None:
    assert read_authorization_request(parameters(max_age="0"), TOWN).max_age_s == 0


@pytest.mark.parametrize("thumbprint", ["a" * 42, "a" * 44, "=" * 43])
def test_a_thumbprint_has_its_form(thumbprint: str) -> None:
    assert refusal_of(dpop_jkt=thumbprint) == AuthorizationRequestInvalid("dpop_jkt")
