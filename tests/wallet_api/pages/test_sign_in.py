"""Signing in with the postcard's code, being led back kindly, signing out."""

from datetime import timedelta

from fastapi.testclient import TestClient

from kernel.clock import SetClock
from tests.wallet_api.forms import leads_to
from tests.wallet_api.world import World

SCREENS = ["/wallet/", "/wallet/pay", "/wallet/code", "/wallet/buy", "/wallet/history"]


def test_the_code_can_be_typed_as_people_type_it(stranger: TestClient, world: World) -> None:
    typed = world.sign_in_code.lower().replace("-", "")
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in typed)
    assert leads_to(stranger.post("/wallet/sign-in", data={"code": f" {full_width} "})) == "/wallet/"
    assert stranger.get("/wallet/").status_code == 200


def test_the_cookie_is_strict_hidden_and_only_for_the_wallet_asvs_3_3(stranger: TestClient, world: World) -> None:
    cookie = stranger.post("/wallet/sign-in", data={"code": world.sign_in_code}).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    token, *flags = rest.split("; ")
    assert name == "kashiman_wallet"
    assert token.count(".") == 2
    assert flags == ["HttpOnly", "Max-Age=43200", "Path=/wallet", "SameSite=strict"]


def test_over_https_the_cookie_is_secure_asvs_3_3_1(stranger: TestClient, world: World) -> None:
    headers = {"Origin": "https://city.example", "X-Forwarded-Proto": "https"}
    answer = stranger.post("/wallet/sign-in", data={"code": world.sign_in_code}, headers=headers)
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_a_wrong_code_is_said_at_the_field_and_is_not_repeated(stranger: TestClient, world: World) -> None:
    for typed, status in [("7K3M-9QXC-42TR-8V", 401), ("はがき", 400), ("", 400), ("7" * 5_000, 400)]:
        answer = stranger.post("/wallet/sign-in", data={"code": typed})
        assert answer.status_code == status
        assert 'aria-invalid="true"' in answer.text
        assert 'value=""' in answer.text
        assert "set-cookie" not in answer.headers


def test_a_code_that_was_tried_too_often_is_locked_asvs_6_3_1(stranger: TestClient, world: World) -> None:
    wrong = world.sign_in_code[:-1] + ("0" if world.sign_in_code[-1] != "0" else "1")
    statuses = [stranger.post("/wallet/sign-in", data={"code": wrong}).status_code for _ in range(12)]
    assert statuses[-1] == 429
    assert stranger.post("/wallet/sign-in", data={"code": world.sign_in_code}).status_code == 429


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_asvs_8_2_1(stranger: TestClient) -> None:
    for path in SCREENS:
        assert leads_to(stranger.get(path)) == "/wallet/sign-in?reason=token_missing"


def test_after_the_time_is_over_the_sign_in_page_says_so_kindly(browser: TestClient, clock: SetClock) -> None:
    clock.advance(timedelta(hours=12))
    path = leads_to(browser.get("/wallet/"))
    assert path == "/wallet/sign-in?reason=token_expired"
    assert "時間がたったので、ログインしなおしてください" in browser.get(path).text


def test_a_form_sent_after_the_time_is_over_moves_nothing(browser: TestClient, world: World, clock: SetClock) -> None:
    clock.advance(timedelta(hours=12))
    form = {"code": world.bakery_code, "amount_yen": "1280", "form_key": "k1"}
    assert leads_to(browser.post("/wallet/pay", data=form)) == "/wallet/sign-in?reason=token_expired"
    browser.post("/wallet/sign-in", data={"code": world.sign_in_code})
    assert "8,000円" in browser.get("/wallet/").text


def test_signing_out_forgets_the_token_asvs_7_4_1(browser: TestClient) -> None:
    assert leads_to(browser.post("/wallet/sign-out")) == "/wallet/sign-in?reason=signed_out"
    assert leads_to(browser.get("/wallet/")) == "/wallet/sign-in?reason=token_missing"
