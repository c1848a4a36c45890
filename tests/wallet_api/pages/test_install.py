"""What a browser keeps of the wallet: a manifest, signs, and a script with the page for the time without a network."""

import dataclasses
import json
import re
import struct

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from wallet_api.app_icon import icon_svg
from wallet_api.parts import MapTiles, WalletParts

NAMES = ["icon-180.png", "icon-192.png", "icon-512.png", "maskable-180.png", "maskable-192.png", "maskable-512.png"]


def shell_of(answer_text: str) -> dict[str, object]:
    """The list that the server writes in front of the service worker."""
    found = re.match(r"const shell = (\{.*\});\n", answer_text)
    assert found
    shell: dict[str, object] = json.loads(found[1])
    return shell


def test_the_manifest_speaks_the_language_of_the_browser(stranger: TestClient) -> None:
    manifest = stranger.get("/wallet/manifest.webmanifest", headers={"Accept-Language": "en"}).json()
    assert (manifest["name"], manifest["lang"]) == ("Kashiman PAY", "en")
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/wallet/code", "/wallet/pay"]
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_sign_is_a_picture_of_the_size_that_its_name_says(stranger: TestClient, name: str) -> None:
    answer = stranger.get(f"/wallet/icons/{name}")
    side = int(name.removesuffix(".png").split("-")[1])
    assert answer.headers["content-type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (side, side)


def test_only_signs_that_there_are_can_be_had(stranger: TestClient) -> None:
    assert stranger.get("/wallet/icons/icon.svg").text == icon_svg(maskable=False)
    answer = stranger.get("/wallet/icons/icon-7.png")
    assert (answer.status_code, "address_unknown" in answer.text) == (404, True)


def test_the_service_worker_keeps_the_shell_and_the_offline_page_alone(stranger: TestClient) -> None:
    answer = stranger.get("/wallet/service-worker.js")
    shell = shell_of(answer.text)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert shell["page"] == "/wallet/offline"
    files = shell["files"]
    assert isinstance(files, list)
    assert all(re.fullmatch(r"/static/[\w/.-]+\.(css|js)(\?v=[0-9a-f]{12})?", str(file)) for file in files)
    for file in files:
        assert stranger.get(str(file)).status_code == 200


def test_another_look_is_another_version_and_the_same_look_the_same(stranger: TestClient) -> None:
    looks = ["ja.normal.auto", "en.normal.auto", "ja.largest.dark"]
    found = [
        shell_of(stranger.get("/wallet/service-worker.js", headers={"Cookie": f"__Host-kashiman_look={look}"}).text)
        for look in (*looks, looks[0])
    ]
    versions = [shell["version"] for shell in found]
    assert len(set(versions)) == len(looks)
    assert versions[0] == versions[-1]


def test_the_offline_page_tells_of_nobody_and_of_no_money(browser: TestClient, stranger: TestClient) -> None:
    page = browser.get("/wallet/offline").text
    assert "つながっていません" in page
    assert not re.search(r"\d円|鹿島 ?太郎|sign-out", page)
    stranger.cookies.clear()
    assert stranger.get("/wallet/offline").text == page


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://maps.example/{z}/{x}/{y}.png", "img-src 'self' https://maps.example data:"),
        ("/static/tiles/{z}/{x}/{y}.png", "img-src 'self' data:"),
    ],
)
def test_only_the_map_may_show_pictures_of_the_citys_own_map(
    app: FastAPI, parts: WalletParts, browser: TestClient, address: str, allowed: str
) -> None:
    app.state.wallet = dataclasses.replace(parts, map_tiles=MapTiles(address, "鹿島市 <b>"))
    chart = browser.get("/wallet/shops?view=map")
    assert allowed in chart.headers["content-security-policy"]
    assert 'data-credit="鹿島市 &lt;b&gt;"' in chart.text
    assert "maps.example" not in browser.get("/wallet/shops").headers["content-security-policy"]


def test_without_a_map_of_its_own_the_city_asks_nobody(browser: TestClient) -> None:
    policy = browser.get("/wallet/shops?view=map").headers["content-security-policy"]
    assert "img-src 'self' data:" in policy


def test_lines_camera_is_offered_inside_line_alone_and_only_where_there_is_a_page_for_it(
    app: FastAPI, parts: WalletParts, browser: TestClient
) -> None:
    inside = {"User-Agent": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Safari Line/15.2.0 LIFF"}
    assert "/id/liff/scan" not in browser.get("/wallet/pay", headers=inside).text
    app.state.wallet = dataclasses.replace(parts, is_inside_line=True)
    assert "/id/liff/scan" in browser.get("/wallet/pay", headers=inside).text
    assert "/id/liff/scan" not in browser.get("/wallet/pay").text
