"""Every face signs people in through the provider, as an application of its own."""

import re

import pytest

from tests.identity_provider.conftest import City, TestClient


def handle_of(page: str) -> str:
    found = re.search(r'name="handle" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("face", ["wallet", "staff"])
def test_a_face_sends_to_the_provider_and_takes_back(browser: TestClient, city: City, face: str) -> None:
    page = browser.get(f"/{face}/sign-in/begin")
    assert page.status_code == 200
    assert "/id/authorize" in str(page.url)
    code = city.code if face == "wallet" else city.staff_code
    answer = browser.post("/id/sign-in", data={"handle": handle_of(page.text), "code": code})
    assert answer.status_code == 200
    assert str(answer.url).endswith(f"/{face}/")
    assert f"kashiman_{face}" in browser.cookies


def test_the_second_face_asks_nothing_of_who_is_signed_in(browser: TestClient, city: City) -> None:
    page = browser.get("/wallet/sign-in/begin")
    browser.post("/id/sign-in", data={"handle": handle_of(page.text), "code": city.code})
    again = browser.get("/wallet/sign-in/begin")
    assert str(again.url).endswith("/wallet/")


def test_signing_out_at_a_face_ends_the_sign_in_everywhere(browser: TestClient, city: City) -> None:
    page = browser.get("/wallet/sign-in/begin")
    browser.post("/id/sign-in", data={"handle": handle_of(page.text), "code": city.code})
    assert browser.get("/id/account").status_code == 200
    out = browser.post("/wallet/sign-out")
    assert "ログアウトしました" in out.text
    assert str(browser.get("/wallet/").url).endswith("/wallet/sign-in?reason=not_signed_in")
    assert "ログイン" in browser.get("/id/account").text
    assert "登録のかくにん" not in browser.get("/id/account").text
