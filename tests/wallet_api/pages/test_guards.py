"""Every page of the wallet is protected, and no form from elsewhere is taken."""

import re

from fastapi.testclient import TestClient

from tests.wallet_api.world import World

SCREENS = ["/wallet/", "/wallet/pay", "/wallet/code", "/wallet/buy", "/wallet/history", "/wallet/sign-in"]
FORMS = ["/wallet/sign-out", "/wallet/pay/give-up", "/wallet/pay", "/wallet/code", "/wallet/balance"]


def test_pages_carry_the_policy_and_are_not_kept_asvs_3_4(browser: TestClient) -> None:
    for path in SCREENS:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'self'; img-src 'self' data:;")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_pages_need_nothing_inline_and_nothing_from_elsewhere_asvs_3_4_3(browser: TestClient) -> None:
    for path in SCREENS:
        page = browser.get(path).text
        assert not re.search(r"<style|style=|\son\w+=|javascript:", page)
        assert not re.search(r"<script(?! (?:type=\"module\" )?src=\"/static/)", page)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)


def test_what_pages_ask_for_is_there(browser: TestClient) -> None:
    page = browser.get("/wallet/").text
    addresses = re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", page)
    ours = [address for address in addresses if not address.startswith("/static/web/")]
    names = [address.partition("?v=")[0].removeprefix("/static/") for address in ours]
    assert names == ["colours.css", "colours-dark.css", "base.css", "wallet.css"]
    for address in ours:
        assert browser.get(address).status_code == 200


def test_a_form_from_elsewhere_is_refused_asvs_3_5_1(browser: TestClient, world: World) -> None:
    form = {"code": world.bakery_code, "amount": "1", "amount_yen": "1", "form_key": "k1"}
    for path in FORMS:
        for origin in ("http://evil.example", "null", ""):
            answer = browser.post(path, data=form, headers={"Origin": origin})
            assert answer.status_code == 403
            assert "origin_not_ours" in answer.text
            assert "set-cookie" not in answer.headers
    assert "8,000円" in browser.get("/wallet/").text
