"""Finding shops, the wallet on a telephone's first screen and without a network, and settings, in a real browser."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.axe import assert_accessible
from tests.browser.conftest import TELEPHONE, TIMEOUT_MS
from tests.browser.pay_city import PayCity, pay_city
from tests.browser.shop_city import SHOPS, open_street
from tests.conftest import cloned

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
READY = "navigator.serviceWorker.ready.then((known) => known.scope)"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found.sort();
}"""
RENEWED = """async () => {
  const known = await navigator.serviceWorker.getRegistration("/wallet/");
  await known.update();
  const coming = known.installing ?? known.waiting;
  if (!coming) return;
  await new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done()));
}"""
"""Resolves when a service worker that the server wrote anew has taken over."""
EVERYWHERE = SHOPS + 3
"""Beside the street there are the bakery and both stores of the market."""


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    with cloned(postgres, template) as url, pay_city(url) as running:
        open_street(running)
        yield running


def context_of(city: PayCity, browser: Browser, **options: Any) -> BrowserContext:
    """The browser of a resident of their own, in Japanese, on a telephone, unless `options` say otherwise."""
    usual: dict[str, Any] = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "viewport": TELEPHONE}
    context = browser.new_context(**{**usual, "base_url": city.origin, **options})
    context.set_default_timeout(TIMEOUT_MS)
    city.sign_in(context, city.resident())
    return context


@pytest.fixture
def page(city: PayCity, browser: Browser) -> Iterator[Page]:
    context = context_of(city, browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_page(city: PayCity, browser: Browser) -> Iterator[Page]:
    """A browser without scripts."""
    context = context_of(city, browser, java_script_enabled=False)
    yield context.new_page()
    context.close()


def found(page: Page, count: int) -> None:
    expect(page.get_by_role("heading", name=f"{count}軒 見つかりました")).to_be_visible()


def star(page: Page, name: str = "松尾パン店") -> Any:
    return page.get_by_role("button", name=f"お気に入り: {name}")


def test_a_shop_is_found_from_the_first_screen_by_its_name_in_any_kana(page: Page) -> None:
    page.goto("/wallet/")
    page.get_by_role("link", name="お店をさがす").click()
    found(page, EVERYWHERE)
    page.get_by_label("お店の名前・ことば").fill("ぱん店")
    page.get_by_role("button", name="さがす", exact=True).click()
    found(page, 1)
    page.get_by_role("link", name="松尾パン店").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("松尾パン店")
    expect(page.get_by_text("あなたの券が、今日このお店で使えます。")).to_be_visible()
    expect(page.get_by_role("region", name="お店のこと")).to_contain_text("中小のお店")


def test_a_large_shop_says_which_vouchers_it_does_not_take(page: Page) -> None:
    page.goto("/wallet/shops?words=%E3%81%BE%E3%82%8B%E3%81%8B")
    page.get_by_role("link", name="まるかマーケット 浜店").click()
    expect(page.get_by_text("専用券は、このお店では使えません。共通券だけが使われます。")).to_be_visible()


def test_without_scripts_a_list_is_narrowed_turned_over_and_marked(plain_page: Page) -> None:
    page = plain_page
    page.goto("/wallet/shops")
    page.get_by_text("しぼりこむ").click()
    page.get_by_label("業種").select_option("書店")
    page.get_by_label("お店の大きさ").select_option("small")
    page.get_by_role("button", name="この条件でさがす").click()
    found(page, 6)
    assert "trade=%E6%9B%B8%E5%BA%97" in page.url
    assert "size=small" in page.url

    page.goto("/wallet/shops")
    page.get_by_role("link", name="次の20軒").click()
    page.get_by_role("link", name="次の20軒").click()
    expect(page.locator(".shop-item")).to_have_count(EVERYWHERE - 40)
    expect(page.get_by_role("link", name="次の20軒")).to_have_count(0)
    star(page).click()
    expect(star(page)).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("page=3#S001")

    page.get_by_role("link", name="お気に入りだけ").click()
    found(page, 1)
    star(page).click()
    expect(page.get_by_text("お気に入りは ありません。")).to_be_visible()


def test_with_scripts_a_star_answers_at_once_and_is_kept_for_this_wallet_alone(
    city: PayCity, browser: Browser, page: Page
) -> None:
    page.goto("/wallet/shops?words=%E6%9D%BE%E5%B0%BE")
    page.get_by_label("お店の名前・ことば").fill("そのまま")
    star(page).focus()
    page.keyboard.press("Space")
    expect(star(page)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("お店の名前・ことば")).to_have_value("そのまま")
    page.goto("/wallet/shops?favourites=true")
    found(page, 1)

    other = context_of(city, browser)
    neighbour = other.new_page()
    neighbour.goto("/wallet/shops?favourites=true")
    found(neighbour, 0)
    other.close()


def test_what_can_be_used_now_is_marked_and_can_be_asked_for(page: Page) -> None:
    page.goto("/wallet/shops?usable=true&size=large")
    found(page, SHOPS // 7 + 2)
    expect(page.get_by_text("✓ あなたの券が使えます")).to_have_count(SHOPS // 7 + 2)


def test_a_search_that_finds_nothing_says_what_to_do(page: Page) -> None:
    page.goto("/wallet/shops?words=%E3%81%AA%E3%81%84")
    found(page, 0)
    assert_accessible(page)
    page.get_by_role("link", name="すべてのお店を見る").click()
    found(page, EVERYWHERE)


def test_the_map_is_walked_by_the_keyboard_and_asks_nobody_else(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(reduced_motion="reduce")
    page.goto("/wallet/shops?view=map")
    chart = page.get_by_role("application", name="お店の地図")
    expect(chart.get_by_text("有明海")).to_be_visible()
    groups = chart.get_by_role("button", name=re.compile("軒のお店"))
    before = groups.count()
    assert before >= 2
    groups.first.focus()
    page.keyboard.press("Enter")
    expect(chart).to_be_focused()
    shops = chart.get_by_role("button", name=re.compile("^有明"))
    expect(shops.first).to_be_visible()
    name = shops.first.get_attribute("aria-label")
    shops.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text(str(name))
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(name))
    assert {re.sub(r"(https?://[^/]+).*", r"\1", url) for url in asked if url.startswith("http")} == {
        re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    }


def test_what_is_on_the_map_is_in_the_list_and_the_list_needs_no_map(page: Page, plain_page: Page) -> None:
    page.goto("/wallet/shops?view=map&trade=%E6%9B%B8%E5%BA%97")
    chart = page.get_by_role("application", name="お店の地図")
    expect(chart).to_be_visible()
    expect(page.locator(".shop-item")).to_have_count(6)
    plain_page.goto("/wallet/shops?view=map&trade=%E6%9B%B8%E5%BA%97")
    expect(plain_page.locator(".shop-item")).to_have_count(6)
    expect(plain_page.get_by_text("このブラウザーでは地図を出せません。一覧をごらんください。")).to_be_visible()
    expect(plain_page.locator("[data-shop-map]")).to_be_hidden()


def test_the_library_of_the_map_comes_only_with_the_map(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/wallet/shops")
    page.wait_for_load_state("networkidle")
    assert not any("shop-map-drawing" in url for url in asked)
    page.get_by_role("link", name="地図").click()
    expect(page.get_by_role("application", name="お店の地図")).to_be_visible()
    assert any("shop-map-drawing" in url for url in asked)


def install(page: Page) -> None:
    """Open the wallet and wait until its service worker keeps what it keeps."""
    page.goto("/wallet/")
    assert page.evaluate(READY) == page.url
    expect(page.get_by_text("8,000円").first).to_be_visible()


def test_without_a_network_a_page_says_so_and_never_an_old_balance(page: Page) -> None:
    install(page)
    page.context.set_offline(True)
    for address in ("/wallet/", "/wallet/history", "/wallet/shops"):
        page.goto(address)
        expect(page.get_by_role("heading", name="つながっていません")).to_be_visible()
        expect(page.get_by_text("円", exact=False)).to_have_count(0)
    expect(page.get_by_role("heading", name="いまでもできること")).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.button-first')).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
    assert_accessible(page)

    page.context.set_offline(False)
    expect(page.get_by_text("8,000円").first).to_be_visible()


def test_a_form_that_finds_no_network_shows_the_same_page(page: Page) -> None:
    install(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="コードを見せる").click()
    expect(page.get_by_role("heading", name="つながっていません")).to_be_visible()
    expect(page.get_by_text("払われたかどうか、まだわかりません。")).to_be_visible()


def test_nothing_about_money_or_anybody_is_kept_and_signing_out_clears_even_that(page: Page) -> None:
    install(page)
    for address in ("/wallet/history", "/wallet/shops", "/wallet/settings", "/wallet/buy"):
        page.goto(address)
    kept = page.evaluate(KEPT)
    assert "/wallet/offline" in kept
    assert [path for path in kept if not path.startswith("/static/")] == ["/wallet/offline"]

    page.evaluate("caches.open('kashiman-wallet-before').then((cache) => cache.put('/x', new Response('')))")
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", name="ログアウトしました")).to_be_visible()
    page.evaluate(READY)
    assert "/x" not in page.evaluate(KEPT)


def test_another_look_takes_the_place_of_what_was_kept(page: Page) -> None:
    install(page)
    page.goto("/look/wallet/settings")
    page.get_by_role("radio", name="とても大きい").check()
    page.get_by_role("radio", name="やさしい日本語（ふりがなつき）").check()
    page.get_by_role("button", name="この見え方にする").click()
    expect(page.locator("html.words-easy.text-largest")).to_be_visible()
    page.evaluate(RENEWED)
    assert len(page.evaluate("caches.keys()")) == 1
    page.context.set_offline(True)
    page.goto("/wallet/")
    expect(page.locator("html.words-easy.text-largest").locator("[data-offline]")).to_be_visible()


def test_the_wallet_can_be_put_on_the_first_screen(page: Page) -> None:
    page.goto("/wallet/")
    address = page.locator("link[rel=manifest]").get_attribute("href")
    answer = page.request.get(str(address))
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = json.loads(answer.text())
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/wallet/", "/wallet/", "/")
    assert (manifest["name"], manifest["display"], manifest["lang"]) == ("かしまんPAY", "standalone", "ja")
    for icon in manifest["icons"]:
        size = page.evaluate(
            """(src) => new Promise((told) => {
              const image = new Image();
              image.onload = () => told(`${image.naturalWidth}x${image.naturalHeight}`);
              image.onerror = () => told("none");
              image.src = src;
            })""",
            icon["src"],
        )
        assert size == icon["sizes"]
    devtools = page.context.new_cdp_session(page)
    assert devtools.send("Page.getAppManifest")["errors"] == []
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )


def test_settings_are_changed_in_one_place(page: Page) -> None:
    page.goto("/wallet/")
    page.get_by_role("link", name="設定", exact=True).click()
    page.get_by_role("button", name="金額をかくす").click()
    expect(page.get_by_text("設定をかえました。")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^LINE")).check()
    page.get_by_role("button", name="とどけ先を きめる").click()
    expect(page.get_by_role("radio", name=re.compile("^LINE"))).to_be_checked()

    sound = page.get_by_role("button", name="音を鳴らす")
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.get_by_role("button", name="音を鳴らす: いいえ")).to_be_visible()

    page.goto("/wallet/")
    expect(page.get_by_text("かくしています")).to_be_visible()
    expect(page.get_by_text("8,000円")).to_have_count(0)


def test_settings_lead_to_the_look_and_back(page: Page) -> None:
    page.goto("/wallet/settings")
    page.get_by_role("link", name="見え方・ことばをかえる").click()
    page.get_by_role("radio", name="とても大きい").check()
    page.get_by_role("button", name="この見え方にする").click()
    expect(page.get_by_role("heading", name="設定", exact=True)).to_be_visible()
    expect(page.get_by_text("とても大きい")).to_be_visible()
    known = page.get_by_role("region", name="登録とログイン")
    for name, part in (
        ("端末", "sessions"),
        ("ログインの方法", "doors"),
        ("サービス", "consents"),
        ("だれが", "readings"),
    ):
        link = known.get_by_role("link", name=name).first
        expect(link).to_have_attribute("href", f"/id/account#{part}-title")


@pytest.mark.parametrize("language", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_accessible(city: PayCity, browser: Browser, language: str, theme: str) -> None:
    context = context_of(city, browser, locale=language, color_scheme=theme)
    page = context.new_page()
    spring = city.world.spring_round_id
    paths = [
        *("/wallet/shops", "/wallet/shops?view=map", "/wallet/shops/S001", "/wallet/shops/S010"),
        *("/wallet/settings", "/wallet/offline", "/wallet/buy", f"/wallet/rounds/{spring}", "/wallet/inbox"),
        *("/wallet/surveys", "/wallet/sign-in?reason=signed_out"),
    ]
    for path in paths:
        page.goto(path)
        if "map" in path:
            expect(page.get_by_role("application")).to_be_visible()
        assert_accessible(page)
    context.close()


def test_320_pixels_with_letters_at_200_percent_are_enough(city: PayCity, browser: Browser) -> None:
    context = context_of(city, browser, viewport={"width": 320, "height": 640})
    page = context.new_page()
    spring = city.world.spring_round_id
    for path in (
        *("/wallet/shops", "/wallet/shops?view=map&usable=true", "/wallet/shops/S010", "/wallet/settings"),
        *("/wallet/offline", "/wallet/buy", f"/wallet/rounds/{spring}", "/wallet/inbox", "/wallet/surveys"),
    ):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(FITS), path
    context.close()
