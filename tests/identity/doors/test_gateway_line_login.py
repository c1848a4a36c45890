"""A web login is believed with HS256 and the channel secret, a LIFF token with ES256 and LINE's keys, nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest

from identity.doors.gateway.line_login import LineLogin, LineLoginSettings
from identity.doors.gateway.pending import begin_provider_sign_in
from identity.doors.gateway.refusals import ProviderCodeRefused, ProviderTokenInvalid
from identity.doors.model import Provider, ProviderIdentity
from identity.model import Acr
from kernel.clock import SetClock
from kernel.refusals import ProviderDown
from tests.identity.doors.provider_script import (
    NOW,
    NOW_S,
    KeyOfProvider,
    ScriptedProvider,
    hmac_with_public_key,
    json_answer,
    key_set,
    other_signature,
    unsigned,
)

SECRET = "0123456789abcdef0123456789abcdef"
USER = "U" + "0a" * 16
KEY = KeyOfProvider()
SETTINGS = LineLoginSettings(
    channel_id="1650000001", channel_secret=SECRET, redirect_uri="https://id.kashima.example/doors/line"
)
CLAIMS: dict[str, Any] = {
    "iss": "https://access.line.me",
    "sub": USER,
    "aud": "1650000001",
    "exp": NOW_S + 3600,
    "iat": NOW_S,
    "nonce": "n-1",
    "amr": ["linesso"],
}
LIFF_CLAIMS = {name: value for name, value in CLAIMS.items() if name != "nonce"}


class Line:
    """A client of LINE, and LINE on paper."""

    def __init__(self) -> None:
        self.script = ScriptedProvider({"certs": key_set(KEY)})
        self.clock = SetClock(NOW)
        self.login = LineLogin(SETTINGS, self.clock, self.script.transport)

    def exchange(self, id_token: Any) -> ProviderIdentity:
        self.script.answers["token"] = json_answer({"access_token": "a-1", "id_token": id_token})
        return self.login.exchange("c-1", "v" * 43, "n-1")


@pytest.fixture
def line() -> Line:
    return Line()


def web(claims: dict[str, Any] | None = None, secret: str = SECRET, algorithm: str = "HS256", **more: Any) -> str:
    return jwt.encode({**(CLAIMS if claims is None else claims), **more}, secret, algorithm)


def liff(**more: Any) -> str:
    return KEY.sign({**LIFF_CLAIMS, **more})


def without(name: str) -> dict[str, Any]:
    return {claim: value for claim, value in CLAIMS.items() if claim != name}


def test_the_browser_is_sent_with_state_nonce_and_challenge_and_asks_for_the_subject_alone(line: Line) -> None:
    pending = begin_provider_sign_in(Provider.LINE, now=NOW)
    address = urlsplit(line.login.authorization_url(pending))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://access.line.me/oauth2/v2.1/authorize"
    assert dict(parse_qsl(address.query)) == {
        "response_type": "code",
        "client_id": "1650000001",
        "redirect_uri": "https://id.kashima.example/doors/line",
        "scope": "openid",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": pending.challenge,
        "code_challenge_method": "S256",
    }
    assert line.login.authorization_url(pending, without_auto_login=True).endswith("&disable_auto_login=true")
    assert line.login.issuer == "https://access.line.me"


def test_where_a_new_login_is_wanted_line_is_told_and_does_not_log_in_by_itself(line: Line) -> None:
    pending = begin_provider_sign_in(Provider.LINE, now=NOW, max_age_s=300)
    query = dict(parse_qsl(urlsplit(line.login.authorization_url(pending)).query))
    assert (query["max_age"], query["disable_auto_login"]) == ("300", "true")


def test_line_tells_when_somebody_logged_in_where_it_was_asked(line: Line) -> None:
    told = line.exchange(web(auth_time=NOW_S - 3_600))
    assert (told.auth_time, told.tells_login) == (NOW - timedelta(hours=1), True)


def test_a_code_is_exchanged_for_who_signed_in(line: Line) -> None:
    assert line.exchange(web()) == ProviderIdentity(
        provider=Provider.LINE,
        client="1650000001",
        subject=USER,
        acr=Acr.LINE,
        amr=("linesso",),
        auth_time=NOW,
        tells_login=False,
    )
    assert str(line.script.asked[0].url) == "https://api.line.me/oauth2/v2.1/token"
    assert line.script.form() == {
        "grant_type": "authorization_code",
        "code": "c-1",
        "redirect_uri": "https://id.kashima.example/doors/line",
        "client_id": "1650000001",
        "client_secret": SECRET,
        "code_verifier": "v" * 43,
    }
    assert line.script.paths() == ["token"]


def test_the_time_of_signing_in_is_said_by_line_when_it_is_known(line: Line) -> None:
    assert line.exchange(web(auth_time=NOW_S - 90)).auth_time == NOW - timedelta(seconds=90)


def flaw_of(answer: Callable[[], object]) -> str:
    with pytest.raises(ProviderTokenInvalid) as refused:
        answer()
    assert refused.value.provider == "line"
    return refused.value.reason


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (unsigned(CLAIMS), "algorithm"),
        (KEY.sign(CLAIMS), "algorithm"),
        (web(algorithm="HS384", secret=SECRET * 2), "algorithm"),
        (hmac_with_public_key(KEY, CLAIMS), "signature"),
    ],
)
def test_asvs_9_1_2_a_web_login_is_believed_with_hs256_only_whatever_the_header_says(
    line: Line, token: str, reason: str
) -> None:
    assert flaw_of(lambda: line.exchange(token)) == reason
    assert line.script.paths() == ["token"]


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (unsigned(LIFF_CLAIMS), "algorithm"),
        (web(LIFF_CLAIMS), "algorithm"),
        (hmac_with_public_key(KEY, LIFF_CLAIMS), "algorithm"),
    ],
)
def test_asvs_9_1_2_a_liff_token_is_believed_with_es256_only_and_nothing_is_fetched_for_another(
    line: Line, token: str, reason: str
) -> None:
    assert flaw_of(lambda: line.login.verify_liff_token(token)) == reason
    assert line.script.asked == []


def test_asvs_9_1_3_a_key_that_the_token_brings_along_is_not_looked_at(line: Line) -> None:
    thief = KeyOfProvider(key_id="key-1")
    brought = thief.sign(LIFF_CLAIMS, jwk=thief.jwk, jku="https://thief.example/keys", x5u="https://thief.example/x")
    assert flaw_of(lambda: line.login.verify_liff_token(brought)) == "signature"
    assert [str(request.url) for request in line.script.asked] == ["https://api.line.me/oauth2/v2.1/certs"]


@pytest.mark.parametrize("key_id", [None, 7, "key-2"])
def test_asvs_9_1_3_a_token_of_an_unknown_key_is_refused(line: Line, key_id: Any) -> None:
    header = {"alg": "ES256"} if key_id is None else {"alg": "ES256", "kid": str(key_id)}
    token = jwt.encode(LIFF_CLAIMS, KEY.private, "ES256", header)
    assert flaw_of(lambda: line.login.verify_liff_token(token)) == "key_unknown"


def test_asvs_6_8_2_a_token_of_another_secret_or_with_changed_claims_is_refused(line: Line) -> None:
    assert flaw_of(lambda: line.exchange(web(secret="f" * 32))) == "signature"
    header, _, tag = web().split(".")
    changed = web(sub="U" + "ff" * 16).split(".")[1]
    assert flaw_of(lambda: line.exchange(f"{header}.{changed}.{tag}")) == "signature"


@pytest.mark.parametrize("issuer", ["https://access.line.me/", "https://api.line.me", ""])
def test_asvs_10_5_3_another_issuer_is_refused(line: Line, issuer: str) -> None:
    assert flaw_of(lambda: line.exchange(web(iss=issuer))) == "issuer"


@pytest.mark.parametrize("audience", ["1650000002", ["1650000001", "1650000002"], ["1650000002"], [[]], {"1": 1}])
def test_asvs_9_2_3_and_10_5_4_a_token_for_another_channel_is_refused(line: Line, audience: Any) -> None:
    assert flaw_of(lambda: line.exchange(web(aud=audience))) == "audience"
    assert flaw_of(lambda: line.login.verify_liff_token(liff(aud=audience))) == "audience"


def test_asvs_9_2_4_a_token_made_for_another_party_is_refused(line: Line) -> None:
    assert flaw_of(lambda: line.exchange(web(azp="1650000002"))) == "audience"
    assert line.exchange(web(aud=["1650000001"], azp="1650000001")).subject == USER


@pytest.mark.parametrize("nonce", [None, "n-2", "N-1", 1, ["n-1"]])
def test_asvs_10_5_1_a_token_with_another_nonce_is_refused(line: Line, nonce: Any) -> None:
    claims = without("nonce") if nonce is None else {**CLAIMS, "nonce": nonce}
    assert flaw_of(lambda: line.exchange(web(claims))) == "nonce"


def test_asvs_9_2_1_an_expired_token_is_refused_by_the_clock_that_was_given(line: Line) -> None:
    assert line.exchange(web(exp=NOW_S - 59)).subject == USER
    assert flaw_of(lambda: line.exchange(web(exp=NOW_S - 60))) == "expired"
    line.clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    assert flaw_of(lambda: line.exchange(web())) == "expired"


@pytest.mark.parametrize("claim", ["iat", "nbf", "auth_time"])
def test_asvs_9_2_1_a_token_from_the_future_is_refused(line: Line, claim: str) -> None:
    assert line.exchange(web({**CLAIMS, claim: NOW_S + 60})).subject == USER
    assert flaw_of(lambda: line.exchange(web({**CLAIMS, claim: NOW_S + 61}))) == "from_the_future"


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp"])
def test_a_token_without_a_claim_it_needs_is_malformed(line: Line, claim: str) -> None:
    assert flaw_of(lambda: line.exchange(web(without(claim)))) == "malformed"


@pytest.mark.parametrize("moment", [True, "1763607600", 1.5, -1, None, [1]])
def test_times_are_whole_seconds(line: Line, moment: Any) -> None:
    assert flaw_of(lambda: line.exchange(web(exp=moment))) == "malformed"
    assert flaw_of(lambda: line.exchange(web(iat=moment))) == "malformed"


@pytest.mark.parametrize(
    "subject", ["", "u" + "0a" * 16, "U" + "0A" * 16, "U" + "0a" * 15, USER + "\n", "U" + "0a" * 200]
)
def test_asvs_10_5_2_a_subject_that_is_no_line_user_is_refused(line: Line, subject: str) -> None:
    assert flaw_of(lambda: line.exchange(web(sub=subject))) == "subject"


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "..", "é.é.é", "\ud800", "a" * 16_001, web() + "."])
def test_what_is_no_token_is_malformed_at_both_doors(line: Line, token: str) -> None:
    assert flaw_of(lambda: line.login.verify_liff_token(token)) == "malformed"
    if token.isprintable():
        assert flaw_of(lambda: line.exchange(token)) == "malformed"


def test_an_answer_without_an_id_token_is_refused(line: Line) -> None:
    assert flaw_of(lambda: line.exchange(None)) == "missing"


def test_a_liff_token_proves_its_user_and_says_until_when_it_must_be_remembered(line: Line) -> None:
    proof = line.login.verify_liff_token(liff(iat=NOW_S - 300))
    assert proof.identity == ProviderIdentity(
        provider=Provider.LINE,
        client="1650000001",
        subject=USER,
        acr=Acr.LINE,
        amr=("linesso",),
        auth_time=NOW - timedelta(seconds=300),
        tells_login=False,
    )
    assert len(proof.token_digest) == 32
    assert proof.usable_until == NOW + timedelta(seconds=1)


def test_asvs_9_2_1_a_liff_token_older_than_five_minutes_is_refused(line: Line) -> None:
    assert flaw_of(lambda: line.login.verify_liff_token(liff(iat=NOW_S - 301))) == "too_old"


def test_asvs_6_8_3_a_liff_token_is_known_again_under_a_signature_that_was_turned_over(line: Line) -> None:
    token = liff()
    turned = other_signature(token)
    assert turned != token
    first, second = line.login.verify_liff_token(token), line.login.verify_liff_token(turned)
    assert first.token_digest == second.token_digest
    assert first.token_digest != line.login.verify_liff_token(liff(iat=NOW_S - 1)).token_digest


def test_the_keys_are_fetched_once_for_many_tokens(line: Line) -> None:
    for age_s in range(5):
        line.login.verify_liff_token(liff(iat=NOW_S - age_s))
    assert line.script.paths() == ["certs"]


def test_a_code_that_line_does_not_take_is_a_refusal_and_a_wrong_secret_a_fault(line: Line) -> None:
    line.script.answers["token"] = json_answer({"error": "invalid_grant"}, 400)
    with pytest.raises(ProviderCodeRefused):
        line.login.exchange("c-1", "v" * 43, "n-1")
    line.script.answers["token"] = json_answer({"error": "invalid_client"}, 400)
    with pytest.raises(httpx.HTTPStatusError) as fault:
        line.login.exchange("c-1", "v" * 43, "n-1")
    assert SECRET not in str(fault.value)


@pytest.mark.parametrize(
    "answer", [httpx.ConnectError("no"), httpx.ReadTimeout("late"), json_answer({}, 500), json_answer({}, 429)]
)
def test_asvs_16_5_2_line_that_does_not_answer_is_an_outage_at_both_doors(
    line: Line, answer: httpx.Response | Exception
) -> None:
    line.script.answers |= {"token": answer, "certs": answer}
    with pytest.raises(ProviderDown):
        line.login.exchange("c-1", "v" * 43, "n-1")
    with pytest.raises(ProviderDown):
        line.login.verify_liff_token(liff())


def test_settings_hide_the_secret_and_refuse_a_weak_one_and_an_open_line() -> None:
    assert SECRET not in repr(SETTINGS)
    with pytest.raises(ValueError, match="32 characters"):
        replace(SETTINGS, channel_secret="short")
    with pytest.raises(ValueError, match="https"):
        replace(SETTINGS, api_base="http://api.line.me")
    with pytest.raises(ValueError, match="https"):
        replace(SETTINGS, authorization_base="http://access.line.me")
    assert replace(SETTINGS, api_base="http://127.0.0.1:12112").api_base == "http://127.0.0.1:12112"
