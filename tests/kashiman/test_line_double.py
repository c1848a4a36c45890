"""The LINE double refuses what LINE refuses, seen with our client, with LINE's SDK and with bare HTTP."""

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import AccountLinkEvent, FollowEvent, MessageEvent, UnfollowEvent

from identity.doors.gateway.line_login import LineLogin, LineLoginSettings
from identity.doors.gateway.pending import PendingProviderSignIn, begin_provider_sign_in, read_callback
from identity.doors.gateway.refusals import ProviderCodeRefused, ProviderSignInCancelled, ProviderTokenInvalid
from identity.doors.model import Provider
from kashiman.demo.line_double.process import RunningLine, start_line_double
from kernel.clock import SystemClock
from kernel.refusals import ProviderDown

CALLBACK = "https://id.kashima.example/doors/line"
CLOCK = SystemClock()


@pytest.fixture(scope="module")
def line() -> Iterator[RunningLine]:
    with start_line_double([CALLBACK]) as running:
        yield running


@pytest.fixture
def login(line: RunningLine) -> LineLogin:
    return LineLogin(settings_for(line), CLOCK)


@pytest.fixture
def http(line: RunningLine) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=line.base, trust_env=False) as bare:
        yield bare


@pytest.fixture
def user_id(line: RunningLine) -> str:
    return line.control.users()["はなこ"]


def settings_for(line: RunningLine, **more: Any) -> LineLoginSettings:
    facts = {"channel_id": line.channel_id, "channel_secret": line.channel_secret, "redirect_uri": CALLBACK}
    return LineLoginSettings(**{**facts, "authorization_base": line.base, "api_base": line.base, **more})


def begin() -> PendingProviderSignIn:
    return begin_provider_sign_in(Provider.LINE, now=CLOCK.now())


def code_for(line: RunningLine, login: LineLogin, pending: PendingProviderSignIn, user_id: str) -> str:
    back = line.control.sign_in(login.authorization_url(pending), user_id)
    return read_callback(dict(back.params), pending, issuer=login.issuer, now=CLOCK.now())


def token_form(line: RunningLine, code: str, verifier: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": line.channel_id,
        "client_secret": line.channel_secret,
        "code_verifier": verifier,
    }


def test_a_chosen_user_signs_in_without_scripts_and_is_the_same_the_next_time(
    line: RunningLine, login: LineLogin, user_id: str
) -> None:
    subjects = []
    for _ in range(2):
        pending = begin()
        code = code_for(line, login, pending, user_id)
        subjects.append(login.exchange(code, pending.verifier, pending.nonce).subject)
    assert subjects == [user_id, user_id]


def test_the_page_names_the_users_as_text_and_runs_no_script(line: RunningLine, login: LineLogin) -> None:
    line.control.add_user('<b>"あ"</b>')
    page = httpx.get(login.authorization_url(begin()), trust_env=False)
    assert page.status_code == 200
    assert "&lt;b&gt;&quot;あ&quot;&lt;/b&gt;" in page.text
    assert "<script" not in page.text
    assert 'lang="ja"' in page.text


def test_whoever_cancels_comes_back_with_a_refusal(line: RunningLine, login: LineLogin) -> None:
    pending = begin()
    back = line.control.cancel(login.authorization_url(pending))
    with pytest.raises(ProviderSignInCancelled):
        read_callback(dict(back.params), pending, issuer=login.issuer, now=CLOCK.now())


def test_asvs_10_4_1_the_browser_is_never_sent_to_an_address_that_is_not_registered(
    line: RunningLine, login: LineLogin
) -> None:
    for name, value in [("redirect_uri", "https://thief.example/"), ("redirect_uri", f"{CALLBACK}/"), ("state", "")]:
        address = httpx.URL(login.authorization_url(begin())).copy_set_param(name, value)
        answer = httpx.get(address, trust_env=False)
        assert (answer.status_code, answer.has_redirect_location) == (400, False)
    line.control.register("https://other.kashima.example/callback?door=line")
    other = LineLogin(settings_for(line, redirect_uri="https://other.kashima.example/callback?door=line"), CLOCK)
    back = line.control.cancel(other.authorization_url(begin()))
    assert (back.host, back.params["door"]) == ("other.kashima.example", "line")


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "", "invalid_scope"),
        ("scope", "openid email", "invalid_scope"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
    ],
)
def test_a_request_that_line_does_not_take_comes_back_as_an_error(
    login: LineLogin, name: str, value: str, error: str
) -> None:
    pending = begin()
    answer = httpx.get(httpx.URL(login.authorization_url(pending)).copy_set_param(name, value), trust_env=False)
    back = httpx.URL(answer.headers["location"])
    assert str(back.copy_with(query=None)) == CALLBACK
    assert dict(back.params) == {"error": error, "state": pending.state}


def test_a_parameter_that_is_there_twice_is_refused(line: RunningLine, login: LineLogin) -> None:
    address = f"{login.authorization_url(begin())}&redirect_uri=https%3A%2F%2Fthief.example%2F"
    assert httpx.get(address, trust_env=False).status_code == 400


def test_asvs_10_4_2_a_code_buys_one_token_once(line: RunningLine, login: LineLogin, user_id: str) -> None:
    pending = begin()
    code = code_for(line, login, pending, user_id)
    assert login.exchange(code, pending.verifier, pending.nonce).subject == user_id
    with pytest.raises(ProviderCodeRefused):
        login.exchange(code, pending.verifier, pending.nonce)


def test_asvs_10_4_6_a_code_without_its_verifier_buys_nothing(
    line: RunningLine, login: LineLogin, user_id: str
) -> None:
    for verifier in ("w" * 43, "", "short"):
        pending = begin()
        code = code_for(line, login, pending, user_id)
        with pytest.raises(ProviderCodeRefused):
            login.exchange(code, verifier, pending.nonce)


def test_a_code_of_another_callback_buys_nothing(line: RunningLine, login: LineLogin, user_id: str) -> None:
    line.control.register(f"{CALLBACK}/other")
    pending = begin()
    code = code_for(line, login, pending, user_id)
    other = LineLogin(settings_for(line, redirect_uri=f"{CALLBACK}/other"), CLOCK)
    with pytest.raises(ProviderCodeRefused):
        other.exchange(code, pending.verifier, pending.nonce)


def test_asvs_10_5_1_a_code_of_somebody_elses_sign_in_is_refused_by_its_nonce(
    line: RunningLine, login: LineLogin, user_id: str
) -> None:
    pending = begin()
    code = code_for(line, login, pending, user_id)
    with pytest.raises(ProviderTokenInvalid) as refused:
        login.exchange(code, pending.verifier, begin().nonce)
    assert refused.value.reason == "nonce"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "1650000002"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "made-up"}, "invalid_grant"),
    ],
)
def test_the_token_endpoint_says_what_is_wrong(
    line: RunningLine, http: httpx.Client, more: dict[str, str], error: str
) -> None:
    form = {**token_form(line, "c", "v" * 43), **more}
    answer = http.post("/oauth2/v2.1/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    as_json = http.post("/oauth2/v2.1/token", json=form)
    assert as_json.json()["error"] == "invalid_request"


def test_a_web_login_gets_hs256_and_a_liff_app_es256_with_a_key_of_the_set(
    line: RunningLine, login: LineLogin, http: httpx.Client, user_id: str
) -> None:
    pending = begin()
    form = token_form(line, code_for(line, login, pending, user_id), pending.verifier)
    answer = http.post("/oauth2/v2.1/token", data=form).json()
    assert jwt.get_unverified_header(answer["id_token"]) == {"alg": "HS256", "typ": "JWT"}
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 2_592_000, "openid")
    header = jwt.get_unverified_header(line.control.open_liff(user_id))
    known = [key["kid"] for key in http.get("/oauth2/v2.1/certs").json()["keys"]]
    assert (header["alg"], header["kid"] in known) == ("ES256", True)
    listed = http.get("/.well-known/openid-configuration").json()
    assert (listed["issuer"], listed["id_token_signing_alg_values_supported"]) == ("https://access.line.me", ["ES256"])


def test_a_liff_token_is_verified_and_one_of_another_channel_or_of_yesterday_is_not(
    line: RunningLine, login: LineLogin, user_id: str
) -> None:
    assert login.verify_liff_token(line.control.open_liff(user_id)).identity.subject == user_id
    for token, reason in [
        (line.control.open_liff(user_id, channel_id="1650000002"), "audience"),
        (line.control.open_liff(user_id, age_s=400), "too_old"),
        (line.control.open_liff(user_id, age_s=86_400), "expired"),
        (line.control.open_liff(user_id, age_s=-400), "from_the_future"),
    ]:
        with pytest.raises(ProviderTokenInvalid) as refused:
            login.verify_liff_token(token)
        assert refused.value.reason == reason


def test_a_liff_token_of_a_rotated_key_is_verified_by_whoever_looks_anew(line: RunningLine, user_id: str) -> None:
    before = line.control.open_liff(user_id)
    line.control.rotate_keys()
    after = line.control.open_liff(user_id)
    login = LineLogin(settings_for(line), CLOCK)
    assert {login.verify_liff_token(token).identity.subject for token in (before, after)} == {user_id}


def test_lines_own_verification_knows_both_kinds_and_says_what_is_wrong(
    line: RunningLine, http: httpx.Client, user_id: str
) -> None:
    token = line.control.open_liff(user_id)
    good = {"id_token": token, "client_id": line.channel_id}
    assert http.post("/oauth2/v2.1/verify", data=good).json()["sub"] == user_id
    for form, description in [
        ({**good, "id_token": f"{token}x"}, "Invalid IdToken."),
        ({**good, "client_id": "1650000002"}, "Invalid IdToken Audience."),
        ({**good, "nonce": "n"}, "Invalid IdToken Nonce."),
        ({**good, "user_id": "U" + "f" * 32}, "Invalid IdToken Subject Identifier."),
        ({**good, "id_token": line.control.open_liff(user_id, age_s=86_400)}, "IdToken expired."),
    ]:
        answer = http.post("/oauth2/v2.1/verify", data=form)
        expected = {"error": "invalid_request", "error_description": description}
        assert (answer.status_code, answer.json()) == (400, expected)


def test_an_access_token_opens_what_its_scope_says(
    line: RunningLine, login: LineLogin, http: httpx.Client, user_id: str
) -> None:
    pending = begin()
    address = httpx.URL(login.authorization_url(pending)).copy_set_param("scope", "openid profile")
    code = line.control.sign_in(str(address), user_id).params["code"]
    answer = http.post("/oauth2/v2.1/token", data=token_form(line, code, pending.verifier)).json()
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert http.get("/v2/profile", headers=bearer).json() == {"userId": user_id, "displayName": "はなこ"}
    assert http.get("/oauth2/v2.1/userinfo", headers=bearer).json() == {"sub": user_id}
    verified = http.get("/oauth2/v2.1/verify", params={"access_token": answer["access_token"]}).json()
    assert (verified["client_id"], verified["scope"]) == (line.channel_id, "openid profile")
    narrow = code_for(line, login, pending, user_id)
    token = http.post("/oauth2/v2.1/token", data=token_form(line, narrow, pending.verifier)).json()["access_token"]
    assert http.get("/v2/profile", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert http.get("/v2/profile", headers={"Authorization": "Bearer made-up"}).status_code == 401


def test_a_double_that_is_told_to_fail_is_an_outage_once(line: RunningLine, user_id: str) -> None:
    token, login = line.control.open_liff(user_id), LineLogin(settings_for(line), CLOCK)
    line.control.fail_next(503)
    with pytest.raises(ProviderDown):
        login.verify_liff_token(token)
    assert login.verify_liff_token(token).identity.subject == user_id


def test_the_clock_of_the_double_can_be_that_of_a_simulated_city() -> None:
    with start_line_double([CALLBACK], clock_shift_s=86_400) as tomorrow:
        token = tomorrow.control.open_liff(tomorrow.control.users()["たろう"])
    made_at = jwt.decode(token, options={"verify_signature": False})["iat"]
    assert 86_300 < made_at - CLOCK.now().timestamp() < 86_500


def test_the_double_listens_on_this_machine_alone_and_ends_with_its_block() -> None:
    with start_line_double() as short_lived:
        port = int(short_lived.base.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        with pytest.raises(OSError, match=r"refused|unreachable|assign"):
            socket.create_connection(("127.0.0.2", port), timeout=1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def text(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": each} for each in texts]


def send(line: RunningLine, http: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {line.bot_token}"}
    return http.post(f"/v2/bot/message/{path}", json=body, headers={**bearer, **headers})


def test_a_repeated_retry_key_is_409_with_what_was_accepted(
    line: RunningLine, http: httpx.Client, user_id: str
) -> None:
    key = {"X-Line-Retry-Key": str(uuid4())}
    body = {"to": user_id, "messages": text("一度だけ")}
    first, second = (send(line, http, "push", body, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json() == {"message": "The retry key is already accepted", **first.json()}
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert line.control.sent().count((user_id, "一度だけ")) == 1
    assert send(line, http, "push", body, **{"X-Line-Retry-Key": "not-a-uuid"}).status_code == 400


def test_a_request_that_was_refused_leaves_its_retry_key_free(
    line: RunningLine, http: httpx.Client, user_id: str
) -> None:
    key = {"X-Line-Retry-Key": str(uuid4())}
    assert send(line, http, "push", {"to": user_id, "messages": []}, **key).status_code == 400
    assert send(line, http, "push", {"to": user_id, "messages": text("今度は")}, **key).status_code == 200


@pytest.mark.parametrize("token", [None, "Bearer wrong", "Basic dG9rZW4="])
def test_a_wrong_or_missing_channel_token_is_401(http: httpx.Client, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token}
    assert http.post("/v2/bot/message/push", json={}, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([], "messages"),
        (text("1", "2", "3", "4", "5", "6"), "messages"),
        (text("よい", ""), "messages[1].text"),
        (text("あ" * 5_001), "messages[0].text"),
        ([{"type": "telegram"}], "messages[0]"),
    ],
)
def test_messages_that_line_refuses_are_refused_in_every_way_of_sending_and_in_the_dry_run(
    line: RunningLine, http: httpx.Client, user_id: str, messages: list[Any], place: str
) -> None:
    recipients: dict[str, Any] = {
        "push": user_id,
        "multicast": [user_id],
        "validate/push": None,
        "validate/reply": None,
    }
    for path, recipient in recipients.items():
        answer = send(line, http, path, {"to": recipient, "messages": messages})
        assert (answer.status_code, answer.json()["details"][0]["property"]) == (400, place)


def test_many_are_written_to_at_once_but_not_too_many_and_never_who_blocked(
    line: RunningLine, http: httpx.Client
) -> None:
    first, second, angry = (line.control.add_user(name) for name in ("one", "two", "angry"))
    line.control.block(angry)
    body = {"to": [first, second, angry], "messages": text("みなさんへ")}
    assert send(line, http, "multicast", body).status_code == 200
    assert [user for user, said in line.control.sent() if said == "みなさんへ"] == [first, second]
    for recipients in ([], [first] * 501, first):
        assert send(line, http, "multicast", {**body, "to": recipients}).status_code == 400
    assert send(line, http, "validate/multicast", {"messages": text("a")}).json() == {}


def test_a_reply_token_is_good_for_one_reply_and_takes_no_retry_key(
    line: RunningLine, http: httpx.Client, user_id: str
) -> None:
    event = WebhookParser(line.bot_secret).parse(*posted(line, user_id))[0]
    body = {"replyToken": event.reply_token, "messages": text("残高は1,200円です。")}
    assert send(line, http, "reply", body, **{"X-Line-Retry-Key": str(uuid4())}).status_code == 400
    assert send(line, http, "reply", body).status_code == 200
    again = send(line, http, "reply", body)
    assert (again.status_code, again.json()["message"]) == (400, "Invalid reply token")
    assert line.control.sent()[-1] == (user_id, "残高は1,200円です。")


def posted(line: RunningLine, user_id: str) -> tuple[str, str]:
    delivered = line.control.write(user_id, "残高")
    return delivered.body.decode(), delivered.signature


@pytest.mark.parametrize(
    ("kind", "facts", "model"),
    [
        ("follow", {"follow": {"isUnblocked": False}}, FollowEvent),
        ("unfollow", {}, UnfollowEvent),
        ("message", {"message": {"type": "text", "id": "1", "quoteToken": "q", "text": "残高"}}, MessageEvent),
        ("accountLink", {"link": {"result": "ok", "nonce": "n" * 22}}, AccountLinkEvent),
    ],
)
def test_what_the_double_posts_is_what_lines_own_sdk_expects(
    line: RunningLine, user_id: str, kind: str, facts: dict[str, Any], model: type
) -> None:
    delivered = line.control.happen(kind, user_id, **facts)
    payload = WebhookParser(line.bot_secret).parse(delivered.body.decode(), delivered.signature, as_payload=True)
    assert type(payload.events[0]) is model
    event: Any = payload.events[0]
    assert (event.source.user_id, event.webhook_event_id) == (user_id, delivered.event_ids[0])
    assert (len(event.webhook_event_id), payload.destination) == (26, "U" + "b0" * 16)
    assert not event.delivery_context.is_redelivery


class Webhook(BaseHTTPRequestHandler):
    received: "queue.Queue[tuple[bytes, str]]" = queue.Queue()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Webhook.received.put((body, self.headers["x-line-signature"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def listening(line: RunningLine) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    line.control.send_to(f"http://127.0.0.1:{server.server_port}/line")
    try:
        yield
    finally:
        line.control.send_to(None)
        server.shutdown()
        thread.join()
        server.server_close()


def test_events_are_posted_once_again_and_without_any(line: RunningLine, user_id: str) -> None:
    with listening(line):
        first = line.control.write(user_id, "はじめまして")
        again = line.control.deliver_again(first.event_ids)
        nothing = line.control.check_connection()
        arrived = [Webhook.received.get(timeout=10) for _ in range(3)]
    assert [delivered.status for delivered in (first, again, nothing)] == [200, 200, 200]
    assert arrived == [(each.body, each.signature) for each in (first, again, nothing)]
    events = [WebhookParser(line.bot_secret).parse(body.decode(), signature) for body, signature in arrived]
    assert [len(each) for each in events] == [1, 1, 0]
    assert events[0][0].webhook_event_id == events[1][0].webhook_event_id
    assert [each[0].delivery_context.is_redelivery for each in events[:2]] == [False, True]
    assert line.control.write(user_id, "だれもいない").status is None
