"""The double of the agency refuses what a provider with `private_key_jwt` refuses, seen with our client and without."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from identity.doors.gateway.agency import Agency, AgencySettings
from identity.doors.gateway.pending import PendingProviderSignIn, begin_provider_sign_in, read_callback
from identity.doors.gateway.refusals import (
    ProviderCodeRefused,
    ProviderLevelTooLow,
    ProviderSignInCancelled,
    ProviderSignInMixedUp,
)
from identity.doors.model import Gender, Provider, VerifiedClaims
from kashiman.demo.agency_double.people import Formats
from kashiman.demo.agency_double.process import RunningAgency, start_agency_double
from kernel.clock import SystemClock
from kernel.refusals import ProviderDown
from tests.identity.doors.provider_script import KeyOfProvider, hmac_with_public_key, unsigned

CALLBACK = "https://id.kashima.example/doors/das"
CLOCK = SystemClock()
OURS = KeyOfProvider("ours-1")
HANAKO = VerifiedClaims(
    name="鹿島 花子",
    address="佐賀県鹿島市大字高津原000番地",
    birth_date=date(1985, 3, 15),
    gender=Gender.FEMALE,
)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningAgency]:
    with start_agency_double([OURS.jwk], [CALLBACK]) as double:
        yield double


@pytest.fixture
def double(running: RunningAgency) -> RunningAgency:
    running.control.write_as(Formats())
    return running


@pytest.fixture
def agency(double: RunningAgency) -> Agency:
    return Agency(settings_for(double), CLOCK)


def settings_for(double: RunningAgency, **more: Any) -> AgencySettings:
    facts = {"client_id": double.client_id, "redirect_uri": CALLBACK, "private_key_pem": OURS.private_pem}
    return AgencySettings(**{"issuer": double.issuer, "key_id": "ours-1", **facts, **more})


def begin(*, with_basics: bool = True) -> PendingProviderSignIn:
    return begin_provider_sign_in(Provider.DAS, now=CLOCK.now(), with_basics=with_basics)


def code_for(double: RunningAgency, agency: Agency, pending: PendingProviderSignIn, person: str = "test-1") -> str:
    back = double.control.sign_in(agency.authorization_url(pending), person)
    return read_callback(dict(back.params), pending, issuer=agency.issuer, now=CLOCK.now())


def test_a_chosen_person_is_known_by_the_basics_and_by_the_same_subject_each_time(
    double: RunningAgency, agency: Agency
) -> None:
    met = []
    for _ in range(2):
        pending = begin()
        code = code_for(double, agency, pending)
        met.append(agency.exchange(code, pending.verifier, pending.nonce, with_basics=True))
    assert met[0].subject == met[1].subject
    assert [identity.claims for identity in met] == [HANAKO, HANAKO]


@pytest.mark.parametrize("gender", ["digit", "word"])
@pytest.mark.parametrize("address", ["text", "object"])
@pytest.mark.parametrize("birthdate", ["YYYYMMDD", "YYYY-MM-DD"])
def test_however_the_basics_are_written_they_are_read_alike(
    double: RunningAgency, agency: Agency, birthdate: Any, address: Any, gender: Any
) -> None:
    double.control.write_as(Formats(birthdate=birthdate, address=address, gender=gender))
    pending = begin()
    code = code_for(double, agency, pending)
    assert agency.exchange(code, pending.verifier, pending.nonce, with_basics=True).claims == HANAKO


def test_an_unknown_day_of_birth_is_not_made_up(double: RunningAgency, agency: Agency) -> None:
    double.control.write_as(Formats(birthdate="YYYYMM00"))
    pending = begin()
    claims = agency.exchange(
        code_for(double, agency, pending), pending.verifier, pending.nonce, with_basics=True
    ).claims
    assert claims is not None
    assert (claims.birth_date, claims.name) == (None, HANAKO.name)


def test_without_the_scopes_userinfo_says_nothing_but_the_subject(double: RunningAgency, agency: Agency) -> None:
    pending = begin(with_basics=False)
    code = code_for(double, agency, pending)
    answer = bought(double, code, pending)
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    userinfo = httpx.get(endpoint(double, "userinfo"), headers=bearer, trust_env=False).json()
    assert userinfo.keys() == {"sub"}
    assert answer["scope"] == "openid"
    assert httpx.get(endpoint(double, "userinfo"), trust_env=False).status_code == 401


def test_somebody_who_gets_a_card_can_be_chosen(double: RunningAgency, agency: Agency) -> None:
    born = date(1931, 1, 5)
    subject = double.control.add_person("kiyo", "<古枝> きよ", "佐賀県鹿島市古枝", born, "unknown")
    pending = begin()
    page = httpx.get(agency.authorization_url(pending), trust_env=False)
    assert "&lt;古枝&gt; きよ" in page.text
    assert "<script" not in page.text
    identity = agency.exchange(
        code_for(double, agency, pending, "kiyo"), pending.verifier, pending.nonce, with_basics=True
    )
    assert identity.subject == subject
    assert identity.claims == VerifiedClaims(
        name="<古枝> きよ", address="佐賀県鹿島市古枝", birth_date=born, gender=Gender.UNKNOWN
    )


def test_whoever_cancels_comes_back_with_a_refusal(double: RunningAgency, agency: Agency) -> None:
    pending = begin()
    back = double.control.cancel(agency.authorization_url(pending))
    with pytest.raises(ProviderSignInCancelled):
        read_callback(dict(back.params), pending, issuer=agency.issuer, now=CLOCK.now())


def test_asvs_10_2_2_an_answer_that_names_its_issuer_is_not_taken_for_anothers(
    double: RunningAgency, agency: Agency
) -> None:
    double.control.write_as(Formats(sends_issuer=True))
    pending = begin()
    back = dict(double.control.sign_in(agency.authorization_url(pending), "test-2").params)
    assert back["iss"] == double.issuer
    assert read_callback(back, pending, issuer=double.issuer, now=CLOCK.now()) == back["code"]
    with pytest.raises(ProviderSignInMixedUp):
        read_callback(back, pending, issuer="https://access.line.me", now=CLOCK.now())


@pytest.mark.parametrize("acr", [None, "aal2"])
def test_asvs_6_8_4_a_sign_in_below_the_level_asked_for_is_refused(
    double: RunningAgency, agency: Agency, acr: str | None
) -> None:
    double.control.write_as(Formats(acr=acr))
    pending = begin()
    with pytest.raises(ProviderLevelTooLow):
        agency.exchange(code_for(double, agency, pending), pending.verifier, pending.nonce)


def test_asvs_10_4_1_the_browser_is_never_sent_to_an_address_that_is_not_registered(agency: Agency) -> None:
    address = httpx.URL(agency.authorization_url(begin()))
    for name, value in [("redirect_uri", "https://thief.example/"), ("client_id", "RP00000002")]:
        answer = httpx.get(address.copy_set_param(name, value), trust_env=False)
        assert (answer.status_code, answer.has_redirect_location) == (400, False)
    repeated = httpx.get(f"{address}&client_id=RP00000001", trust_env=False)
    assert (repeated.status_code, repeated.has_redirect_location) == (400, False)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("response_type", "id_token", "unsupported_response_type"),
        ("scope", "name", "invalid_scope"),
        ("scope", "openid sign", "invalid_scope"),
        ("state", "s" * 256, "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("nonce", "鹿", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
    ],
)
def test_asvs_10_4_6_a_request_without_proof_or_with_a_wrong_parameter_comes_back_as_an_error(
    agency: Agency, name: str, value: str, error: str
) -> None:
    address = httpx.URL(agency.authorization_url(begin())).copy_set_param(name, value)
    back = httpx.URL(httpx.get(address, trust_env=False).headers["location"])
    assert (str(back.copy_with(query=None)), back.params["error"]) == (CALLBACK, error)
    assert "code" not in back.params


def test_asvs_10_4_2_a_code_buys_one_token_once_and_only_with_its_verifier(
    double: RunningAgency, agency: Agency
) -> None:
    pending = begin()
    code = code_for(double, agency, pending)
    agency.exchange(code, pending.verifier, pending.nonce)
    with pytest.raises(ProviderCodeRefused):
        agency.exchange(code, pending.verifier, pending.nonce)
    with pytest.raises(ProviderCodeRefused):
        agency.exchange(code_for(double, agency, pending), begin().verifier, pending.nonce)


def endpoint(double: RunningAgency, name: str) -> str:
    return f"{double.issuer}/protocol/openid-connect/{name}"


def assertion_claims(double: RunningAgency, **more: Any) -> dict[str, Any]:
    now_s = int(CLOCK.now().timestamp())
    parties = {"iss": double.client_id, "sub": double.client_id, "aud": endpoint(double, "token")}
    claims = {**parties, "jti": str(uuid4()), "iat": now_s, "exp": now_s + 30, **more}
    return {name: value for name, value in claims.items() if value is not None}


def token_form(code: str, verifier: str, assertion: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": verifier,
        "client_id": "RP00000001",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }


def bought(double: RunningAgency, code: str, pending: PendingProviderSignIn) -> dict[str, Any]:
    form = token_form(code, pending.verifier, OURS.sign(assertion_claims(double)))
    answer: dict[str, Any] = httpx.post(endpoint(double, "token"), data=form, trust_env=False).json()
    return answer


def refused(double: RunningAgency, form: dict[str, str]) -> tuple[int, str]:
    answer = httpx.post(endpoint(double, "token"), data=form, trust_env=False)
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "RP00000002"},
        {"sub": "RP00000002"},
        {"aud": "https://auth-and-sign.go.jp/api/realms/main"},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"jti": None},
        {"exp": None},
        {"iat": None},
    ],
)
def test_asvs_10_4_16_an_assertion_that_is_not_for_this_client_place_and_moment_is_refused(
    double: RunningAgency, changes: dict[str, Any]
) -> None:
    assertion = OURS.sign(assertion_claims(double, **changes))
    assert refused(double, token_form("c", "v" * 43, assertion)) == (401, "invalid_client")


def test_asvs_10_4_16_an_assertion_of_another_key_or_algorithm_is_refused(double: RunningAgency) -> None:
    claims = assertion_claims(double)
    for assertion in (
        KeyOfProvider("ours-1").sign(claims),
        KeyOfProvider("theirs").sign(claims),
        hmac_with_public_key(OURS, claims),
        unsigned(claims),
        "",
    ):
        assert refused(double, token_form("c", "v" * 43, assertion)) == (401, "invalid_client")
    secret_instead = {**token_form("c", "v" * 43, ""), "client_secret": "s", "client_assertion_type": "basic"}
    assert refused(double, secret_instead) == (401, "invalid_client")


def test_asvs_10_4_16_an_assertion_proves_the_client_once(double: RunningAgency) -> None:
    form = token_form("made-up", "v" * 43, OURS.sign(assertion_claims(double)))
    assert refused(double, form) == (400, "invalid_grant")
    assert refused(double, form) == (401, "invalid_client")


def test_other_grants_are_not_offered(double: RunningAgency) -> None:
    form = {**token_form("c", "v" * 43, ""), "grant_type": "password"}
    assert refused(double, form) == (400, "unsupported_grant_type")


def test_the_id_token_is_es256_with_the_claims_the_agency_sends(double: RunningAgency, agency: Agency) -> None:
    pending = begin()
    answer = bought(double, code_for(double, agency, pending), pending)
    header = jwt.get_unverified_header(answer["id_token"])
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    known = [key["kid"] for key in httpx.get(endpoint(double, "certs"), trust_env=False).json()["keys"]]
    assert (header["alg"], header["kid"] in known) == ("ES256", True)
    assert (claims["iss"], claims["aud"], claims["acr"]) == (double.issuer, "RP00000001", "aal3")
    assert (claims["nonce"], claims["exp"] - claims["iat"]) == (pending.nonce, 300)
    assert claims.keys().isdisjoint({"name", "address", "birthdate", "gender"})
    listed = httpx.get(f"{double.issuer}/.well-known/openid-configuration", trust_env=False).json()
    assert (listed["issuer"], listed["token_endpoint"]) == (double.issuer, endpoint(double, "token"))


def test_a_rotated_key_is_found_and_an_outage_told(double: RunningAgency) -> None:
    double.control.rotate_keys()
    fresh, pending = Agency(settings_for(double), CLOCK), begin()
    code = code_for(double, fresh, pending)
    assert fresh.exchange(code, pending.verifier, pending.nonce).client == "RP00000001"
    code = code_for(double, fresh, pending)
    double.control.fail_next(503)
    with pytest.raises(ProviderDown):
        fresh.exchange(code, pending.verifier, pending.nonce)


def test_another_callback_can_be_registered(double: RunningAgency) -> None:
    double.control.register("https://id.kashima.example/other")
    other = Agency(settings_for(double, redirect_uri="https://id.kashima.example/other"), CLOCK)
    assert double.control.cancel(other.authorization_url(begin())).path == "/other"
