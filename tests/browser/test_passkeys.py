"""Passkeys and the kiosk at our provider, in a real browser, by the pages that people see."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.authenticator import Authenticator
from tests.openid.device import ASKED_FOR, device_tokens, expected_device_tokens
from tests.openid.provider_under_test import Json, ProviderUnderTest

DONE = "パスキーを登録しました"


@pytest.fixture
def at_home(ours: ProviderUnderTest, browser_page: Page, authenticator: Authenticator) -> Page:
    """The page of a person who signed in with a postcard and made a passkey on this telephone."""
    browser_page.goto(f"{ours.issuer}/id/sign-in")
    browser_page.get_by_label("はがき・窓口のコード").fill(ours.new_person())
    browser_page.get_by_role("button", name="ログインする", exact=True).click()
    browser_page.get_by_role("button", name="この端末のパスキーを登録する").click()
    expect(browser_page.get_by_role("status")).to_contain_text(DONE)
    assert [passkey["rpId"] for passkey in authenticator.passkeys()] == ["localhost"]
    return browser_page


def test_a_passkey_opens_the_door_without_a_code(ours: ProviderUnderTest, at_home: Page) -> None:
    at_home.get_by_role("button", name="この端末からログアウトする").click()
    at_home.goto(f"{ours.issuer}/id/sign-in")
    at_home.get_by_role("button", name="パスキーでログインする").click()
    expect(at_home).to_have_url(re.compile("/id/account"))
    expect(at_home.get_by_role("heading", name="登録のかくにん")).to_be_visible()


def test_whom_the_telephone_does_not_recognise_stays_outside(
    ours: ProviderUnderTest, at_home: Page, authenticator: Authenticator
) -> None:
    at_home.get_by_role("button", name="この端末からログアウトする").click()
    authenticator.recognise_owner(False)
    at_home.goto(f"{ours.issuer}/id/sign-in")
    at_home.get_by_role("button", name="パスキーでログインする").click()
    expect(at_home.get_by_role("alert")).to_be_visible()
    at_home.goto(f"{ours.issuer}/id/account")
    expect(at_home).to_have_url(re.compile("/id/sign-in"))


def test_somebody_with_a_passkey_lets_the_kiosk_go_on(ours: ProviderUnderTest, at_home: Page) -> None:
    at_home.get_by_role("button", name="この端末からログアウトする").click()
    at_home.goto(f"{ours.issuer}/id/sign-in")
    at_home.get_by_role("button", name="パスキーでログインする").click()
    expect(at_home).to_have_url(re.compile("/id/account"))

    def agree(shown: Json) -> None:
        at_home.goto(shown["verification_uri"])
        at_home.get_by_label("端末に出ているコード").fill(shown["user_code"])
        at_home.get_by_role("button", name="次へ").click()
        expect(at_home.get_by_text(ASKED_FOR)).to_be_visible()
        at_home.get_by_role("button", name="許可する", exact=True).click()
        expect(at_home.get_by_role("heading", name="許可しました")).to_be_visible()

    assert device_tokens(ours, agree) == expected_device_tokens(ours)
