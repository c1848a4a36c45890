"""The agency is asked with a key of ours, and believed when issuer, audience, hash and level are what they must be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from identity.doors.gateway.agency import PRODUCTION_ISSUER, SANDBOX_ISSUER, Agency, AgencySettings
from identity.doors.gateway.pending import begin_provider_sign_in
from identity.doors.gateway.refusals import ProviderCodeRefused, ProviderLevelTooLow, ProviderTokenInvalid
from identity.doors.model import Gender, Provider, ProviderIdentity, VerifiedClaims
from identity.model import Acr
from kernel.clock import SetClock
from kernel.refusals import ProviderDown
from tests.identity.doors.provider_script import (
    ACCESS_TOKEN,
    NOW,
    NOW_S,
    KeyOfProvider,
    ScriptedProvider,
    at_hash,
    hmac_with_public_key,
    json_answer,
    key_set,
    unsigned,
)

KEY, OURS = KeyOfProvider(), KeyOfProvider("ours-1")
SUBJECT = "5a1f4c9e-7c1b-4b53-9d53-0c7a0f6f1a11"
SETTINGS = AgencySettings(
    issuer=SANDBOX_ISSUER,
    client_id="RP00000001",
    redirect_uri="https://id.kashima.example/doors/das",
    private_key_pem=OURS.private_pem,
    key_id="ours-1",
)
TOKEN_ENDPOINT = "https://sb-auth-and-sign.go.jp/api/realms/main/protocol/openid-connect/token"
CLAIMS: dict[str, Any] = {
    "iss": SANDBOX_ISSUER,
    "sub": SUBJECT,
    "aud": "RP00000001",
    "exp": NOW_S + 300,
    "iat": NOW_S,
    "auth_time": NOW_S - 5,
    "nonce": "n-1",
    "acr": "aal3",
    "at_hash": at_hash(),
}
USERINFO = {
    "sub": SUBJECT,
    "name": "鹿島　花子",
    "address": "佐賀県鹿島市大字納富分２６４３番地１",
    "birthdate": "19850315",
    "gender": "2",
}


class Desk:
    """A client of the agency, and the agency on paper."""

    def __init__(self, settings: AgencySettings = SETTINGS) -> None:
        self.script = ScriptedProvider({"certs": key_set(KEY), "userinfo": json_answer(USERINFO)})
        self.agency = Agency(settings, SetClock(NOW), self.script.transport)

    def exchange(self, id_token: Any, *, with_basics: bool = False, access_token: Any = ACCESS_TOKEN) -> Any:
        self.script.answers["token"] = json_answer({"access_token": access_token, "id_token": id_token})
        return self.agency.exchange("c-1", "v" * 43, "n-1", with_basics=with_basics)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def token(**more: Any) -> str:
    return KEY.sign({name: value for name, value in {**CLAIMS, **more}.items() if value is not None})


def flaw_of(answer: Callable[[], object]) -> str:
    with pytest.raises(ProviderTokenInvalid) as refused:
        answer()
    assert refused.value.provider == "das"
    return refused.value.reason


@pytest.mark.parametrize(("with_basics", "scope"), [(False, "openid"), (True, "openid name address birthdate gender")])
def test_asvs_10_2_3_the_basics_are_asked_for_only_when_they_are_needed(
    desk: Desk, with_basics: bool, scope: str
) -> None:
    pending = begin_provider_sign_in(Provider.DAS, now=NOW, with_basics=with_basics)
    address = urlsplit(desk.agency.authorization_url(pending))
    assert address.path == "/api/realms/main/protocol/openid-connect/auth"
    assert dict(parse_qsl(address.query)) == {
        "response_type": "code",
        "client_id": "RP00000001",
        "redirect_uri": "https://id.kashima.example/doors/das",
        "scope": scope,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": pending.challenge,
        "code_challenge_method": "S256",
        "acr_values": "aal3 crl",
    }


def test_where_a_new_login_is_wanted_the_agency_is_told(desk: Desk) -> None:
    pending = begin_provider_sign_in(Provider.DAS, now=NOW, max_age_s=0)
    assert dict(parse_qsl(urlsplit(desk.agency.authorization_url(pending)).query))["max_age"] == "0"


def test_the_token_is_asked_for_with_an_assertion_that_our_key_signed(desk: Desk) -> None:
    desk.exchange(token())
    form = desk.script.form()
    assertion = form.pop("client_assertion")
    assert str(desk.script.asked[0].url) == TOKEN_ENDPOINT
    assert form == {
        "grant_type": "authorization_code",
        "code": "c-1",
        "redirect_uri": "https://id.kashima.example/doors/das",
        "code_verifier": "v" * 43,
        "client_id": "RP00000001",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert jwt.get_unverified_header(assertion) == {"alg": "ES256", "kid": "ours-1", "typ": "JWT"}
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(assertion, OURS.private.public_key(), ["ES256"], options, audience=TOKEN_ENDPOINT)
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("RP00000001", "RP00000001", TOKEN_ENDPOINT)
    assert (claims["iat"], claims["exp"]) == (NOW_S, NOW_S + 30)
    assert claims.keys() == {"iss", "sub", "aud", "jti", "iat", "exp"}


def test_every_assertion_has_an_id_of_its_own(desk: Desk) -> None:
    desk.exchange(token())
    desk.exchange(token())
    assertions = [desk.script.form(place)["client_assertion"] for place in (0, 2)]
    ids = {jwt.decode(each, options={"verify_signature": False})["jti"] for each in assertions}
    assert len(ids) == 2


def test_a_sign_in_without_basics_asks_nothing_about_the_person(desk: Desk) -> None:
    assert desk.exchange(token()) == ProviderIdentity(
        provider=Provider.DAS,
        client="RP00000001",
        subject=SUBJECT,
        acr=Acr.JPKI_AUTH,
        amr=("hwk", "mfa"),
        auth_time=NOW - timedelta(seconds=5),
    )
    assert desk.script.paths() == ["token", "certs"]


def test_a_sign_in_with_basics_answers_what_the_card_says(desk: Desk) -> None:
    identity = desk.exchange(token(amr=["hwk", "pin"]), with_basics=True)
    assert identity.amr == ("hwk", "pin")
    assert identity.claims == VerifiedClaims(
        name="鹿島 花子",
        address="佐賀県鹿島市大字納富分2643番地1",
        birth_date=date(1985, 3, 15),
        gender=Gender.FEMALE,
    )
    assert desk.script.paths() == ["token", "certs", "userinfo"]
    assert desk.script.asked[2].headers["authorization"] == f"Bearer {ACCESS_TOKEN}"


def test_asvs_10_5_2_basics_of_another_subject_are_refused(desk: Desk) -> None:
    for sub in ("somebody else", None):
        desk.script.answers["userinfo"] = json_answer({**USERINFO, "sub": sub})
        assert flaw_of(lambda: desk.exchange(token(), with_basics=True)) == "subject"


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (unsigned(CLAIMS), "algorithm"),
        (hmac_with_public_key(KEY, CLAIMS), "algorithm"),
        (jwt.encode(CLAIMS, "s" * 32, "HS256", {"kid": "key-1"}), "algorithm"),
        (KeyOfProvider("key-1").sign(CLAIMS), "signature"),
        (KeyOfProvider("key-2").sign(CLAIMS), "key_unknown"),
    ],
)
def test_asvs_9_1_1_and_9_1_2_a_token_of_another_algorithm_or_key_is_refused(
    desk: Desk, forged: str, reason: str
) -> None:
    assert flaw_of(lambda: desk.exchange(forged)) == reason


@pytest.mark.parametrize(
    "issuer", [PRODUCTION_ISSUER, f"{SANDBOX_ISSUER}/", "https://sb-auth-and-sign.go.jp/realms/main"]
)
def test_asvs_10_5_3_the_issuer_is_compared_exactly(desk: Desk, issuer: str) -> None:
    assert flaw_of(lambda: desk.exchange(token(iss=issuer))) == "issuer"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"aud": "RP00000002"}, "audience"),
        ({"aud": ["RP00000001", "RP00000002"]}, "audience"),
        ({"azp": "RP00000002"}, "audience"),
        ({"exp": NOW_S - 60}, "expired"),
        ({"iat": NOW_S + 61}, "from_the_future"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": "x" * 256}, "subject"),
        ({"at_hash": at_hash("another")}, "access_token_hash"),
        ({"at_hash": None}, "access_token_hash"),
        ({"at_hash": f"{at_hash()}="}, "access_token_hash"),
    ],
)
def test_asvs_9_2_1_to_9_2_4_and_10_5_1_a_token_that_is_not_for_this_sign_in_is_refused(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    assert flaw_of(lambda: desk.exchange(token(**changes), with_basics=True)) == reason
    assert "userinfo" not in desk.script.paths()


def test_the_access_token_beside_the_id_token_must_be_the_one_it_was_made_with(desk: Desk) -> None:
    assert flaw_of(lambda: desk.exchange(token(), access_token="swapped")) == "access_token_hash"
    assert flaw_of(lambda: desk.exchange(token(), access_token=None)) == "missing"
    assert flaw_of(lambda: desk.exchange(None)) == "missing"


@pytest.mark.parametrize("acr", [None, "aal2", "aal33", "AAL3", 3, ["aal3"]])
def test_asvs_6_8_4_a_level_other_than_the_one_asked_for_is_refused(desk: Desk, acr: Any) -> None:
    with pytest.raises(ProviderLevelTooLow):
        desk.exchange(token(acr=acr), with_basics=True)
    assert "userinfo" not in desk.script.paths()


def test_asvs_6_8_4_a_missing_level_is_accepted_only_where_configured() -> None:
    tolerant = Desk(replace(SETTINGS, accepts_missing_acr=True))
    assert tolerant.exchange(token(acr=None)).acr is Acr.JPKI_AUTH
    assert tolerant.exchange(token(acr="crl aal3")).acr is Acr.JPKI_AUTH
    with pytest.raises(ProviderLevelTooLow):
        tolerant.exchange(token(acr="aal2"))


def test_a_code_that_is_not_taken_is_a_refusal_and_an_unknown_client_a_fault(desk: Desk) -> None:
    desk.script.answers["token"] = json_answer({"error": "invalid_grant"}, 400)
    with pytest.raises(ProviderCodeRefused):
        desk.agency.exchange("c-1", "v" * 43, "n-1")
    desk.script.answers["token"] = json_answer({"error": "invalid_client"}, 401)
    with pytest.raises(httpx.HTTPStatusError):
        desk.agency.exchange("c-1", "v" * 43, "n-1")


@pytest.mark.parametrize("place", ["token", "certs", "userinfo"])
def test_asvs_16_5_2_an_agency_that_does_not_answer_anywhere_is_an_outage(desk: Desk, place: str) -> None:
    for answer in (httpx.ConnectTimeout("late"), json_answer({}, 503), httpx.Response(200, text="<html>")):
        fresh = Desk()
        fresh.script.answers["token"] = json_answer({"access_token": ACCESS_TOKEN, "id_token": token()})
        fresh.script.answers[place] = answer
        with pytest.raises(ProviderDown):
            fresh.agency.exchange("c-1", "v" * 43, "n-1", with_basics=True)


def test_settings_hide_the_key_and_refuse_what_the_agency_would_not_register() -> None:
    assert "PRIVATE" not in repr(SETTINGS)
    with pytest.raises(ValueError, match="https"):
        replace(SETTINGS, issuer="http://auth-and-sign.go.jp/api/realms/main")
    for client_id in ("RP-1", "", "R" * 256):
        with pytest.raises(ValueError, match="registers"):
            replace(SETTINGS, client_id=client_id)
    with pytest.raises(ValueError, match="registers"):
        replace(SETTINGS, redirect_uri="https://id.kashima.example/" + "a" * 229)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
def test_a_key_of_ours_that_cannot_sign_es256_is_refused_at_the_start(key: Any) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with pytest.raises(ValueError, match="P-256"):
        Agency(replace(SETTINGS, private_key_pem=pem), SetClock(NOW))
