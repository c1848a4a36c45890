"""A device in the hall asks, and a person with a phone decides: no step on the way loses what the device asked."""

import re
from datetime import timedelta
from typing import Any

from tests.identity_provider.application import Application, handle_of, submit
from tests.identity_provider.conftest import City, TestClient
from tests.identity_provider.passkeys import Phone

APPLICATION = "証明書 2026-0001"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begin(kiosk: Application) -> dict[str, Any]:
    answer = kiosk.post("/id/device-authorization", scope="openid", application=APPLICATION)
    assert answer.status_code == 200
    codes: dict[str, Any] = answer.json()
    return codes


def ask(kiosk: Application, codes: dict[str, Any]) -> str:
    """What the device is told: a token or an error."""
    kiosk.clock.advance(timedelta(seconds=5))
    answer = kiosk.post("/id/token", grant_type=GRANT, device_code=codes["device_code"])
    return str(answer.json().get("token_type") or answer.json()["error"])


def confirmed(page: Any) -> str:
    """The code that the page for deciding carries; nothing is decided by coming to it."""
    assert APPLICATION in page.text
    found = re.search(r'name="user_code" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_whole_way_from_the_device_over_a_sign_in_and_back(
    browser: TestClient, kiosk: Application, city: City
) -> None:
    phone = Phone(browser, city)
    phone.register(city.code)
    submit(browser, "/id/logout/confirm")
    codes = begin(kiosk)
    assert codes["verification_uri_complete"].endswith(f"/id/device?user_code={codes['user_code']}")
    assert ask(kiosk, codes) == "authorization_pending"
    scanned = browser.get(codes["verification_uri_complete"])
    assert codes["user_code"] in scanned.text
    assert APPLICATION not in scanned.text, "nothing is told before somebody signed in"
    asked = browser.post("/id/device", data={"user_code": codes["user_code"].lower()})
    assert "パスキーでログイン" in asked.text
    assert 'action="/id/sign-in"' not in asked.text, "a code of the post is not enough"
    back = browser.get(phone.sign_in(handle_of(asked)))
    assert ask(kiosk, codes) == "authorization_pending"
    done = browser.post("/id/device/decide", data={"user_code": confirmed(back), "decision": "allow"})
    assert "許可しました" in done.text
    assert ask(kiosk, codes) == "Bearer"


def test_a_stronger_or_newer_proof_is_asked_for_and_the_code_of_the_device_comes_back(
    browser: TestClient, kiosk: Application, city: City
) -> None:
    phone = Phone(browser, city)
    phone.register(city.code)
    city.clock.advance(timedelta(seconds=301))
    codes = begin(kiosk)
    typed = confirmed(browser.post("/id/device", data={"user_code": codes["user_code"]}))
    asked = browser.post("/id/device/decide", data={"user_code": typed, "decision": "allow"})
    assert "もういちど、ご本人のかくにん" in asked.text
    assert ask(kiosk, codes) == "authorization_pending"
    back = browser.get(phone.sign_in(handle_of(asked)))
    assert (
        "許可しました"
        in browser.post("/id/device/decide", data={"user_code": confirmed(back), "decision": "allow"}).text
    )
    assert ask(kiosk, codes) == "Bearer"
    assert city.rows("SELECT acr FROM identity.grants") == [("urn:kashima:acr:passkey",)]


def test_a_sign_in_that_is_over_is_asked_for_again_with_the_code_of_the_device(
    browser: TestClient, kiosk: Application, city: City
) -> None:
    phone = Phone(browser, city)
    phone.register(city.code)
    submit(browser, "/id/logout/confirm")
    codes = begin(kiosk)
    for answer in (
        browser.post("/id/device/decide", data={"user_code": codes["user_code"], "decision": "allow"}),
        browser.get(f"/id/device/confirm?user_code={codes['user_code']}"),
    ):
        assert handle_of(answer) == f"device.{codes['user_code']}"
        assert APPLICATION not in answer.text
    assert ask(kiosk, codes) == "authorization_pending"


def test_a_no_needs_no_stronger_proof(browser: TestClient, kiosk: Application, city: City) -> None:
    browser.post("/id/sign-in", data={"code": city.code})
    codes = begin(kiosk)
    done = browser.post("/id/device/decide", data={"user_code": codes["user_code"], "decision": ""})
    assert "許可しませんでした" in done.text
    assert ask(kiosk, codes) == "access_denied"


def test_a_code_that_nobody_waits_for_is_said_at_the_field(browser: TestClient, city: City) -> None:
    browser.post("/id/sign-in", data={"code": city.code})
    for typed in ("BBBB-BBBB", "", "\x00", "<script>"):
        answer = browser.post("/id/device", data={"user_code": typed})
        assert answer.status_code == 404
        assert "<script>" not in answer.text.replace('<script src="', "")


def test_only_residents_decide_about_the_kiosk(browser: TestClient, kiosk: Application, city: City) -> None:
    browser.post("/id/sign-in", data={"code": city.staff_code})
    codes = begin(kiosk)
    answer = browser.post("/id/device/decide", data={"user_code": codes["user_code"], "decision": "allow"})
    assert answer.status_code == 403
    assert ask(kiosk, codes) == "authorization_pending"
