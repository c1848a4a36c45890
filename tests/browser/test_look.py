"""How pages look in a real browser: readable in every language, size and theme, by keyboard, and on a narrow screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.axe import assert_accessible
from tests.browser.draw_city import DrawCity, draw_city
from tests.conftest import cloned

DESKTOP = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=640)
"""A window of 1280 pixels at 400 %, and of 640 at 200 % (WCAG 2.2, 1.4.10 and 1.4.4)."""
PAGES = (
    *("/wallet/sign-in", "/shop/sign-in", "/staff/sign-in", "/id/sign-in", "/id/sign-in?reason=signed_out"),
    *("/id/device", "/id/logout", "/draws/", "/draws/drawn-1", "/draws/open-1", "/look/wallet/", "/wallet/nowhere"),
)
LOOKS = ("ja", "en", "easy.largest", "dark.furigana", "en.dark.largest")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, summary, label.option")]
  .filter((element) => element.checkVisibility() && !element.closest("p, li, .option, .skip, table"))
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)"""


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[DrawCity]:
    """A server with draws in every state."""
    with cloned(postgres, template) as url, draw_city(url) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never used, as wide as a telephone."""
    made = browser.new_context(locale="ja-JP", viewport=ViewportSize(width=390, height=844))
    yield made
    made.close()


def wants(context: BrowserContext, city: DrawCity, look: str) -> Page:
    """A page of a browser that remembers a look."""
    context.add_cookies([{"name": "kashiman_look", "value": look, "url": city.origin}])
    return context.new_page()


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_used_by_everybody(city: DrawCity, context: BrowserContext, look: str) -> None:
    page = wants(context, city, look)
    for path in PAGES:
        page.goto(city.origin + path)
        assert_accessible(page)
        assert page.evaluate(WIDER) <= 0, f"{path} is wider than a telephone"


@pytest.mark.parametrize("look", ["ja", "largest", "en.large", "easy.large"])
def test_nothing_is_lost_on_a_narrow_screen_and_in_large_letters(
    city: DrawCity, context: BrowserContext, look: str
) -> None:
    page = wants(context, city, look)
    page.set_viewport_size(NARROW)
    for path in PAGES:
        page.goto(city.origin + path)
        assert page.evaluate(WIDER) <= 0, f"{path} scrolls sideways"


def test_the_letters_are_as_large_as_was_chosen(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "normal")
    sizes = []
    for look in ("normal", "large", "largest"):
        context.add_cookies([{"name": "kashiman_look", "value": look, "url": city.origin}])
        page.goto(f"{city.origin}/id/sign-in")
        sizes.append(page.evaluate("getComputedStyle(document.body).fontSize"))
    assert sizes == ["18px", "22.5px", "27px"]


def test_whatever_is_pressed_is_large_enough(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "ja")
    for path in PAGES:
        page.goto(city.origin + path)
        assert page.evaluate(SMALL_TARGETS) == [], path


def test_a_look_is_chosen_without_a_script_and_leads_back(city: DrawCity, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{city.origin}/draws/drawn-1")
    page.get_by_role("link", name="文字の大きさ").click()
    page.get_by_label("English").check()
    page.get_by_label("とても大きい").check()
    page.get_by_label("黒い画面").check()
    page.get_by_role("button", name="この見え方にする").click()
    expect(page).to_have_url(f"{city.origin}/draws/drawn-1")
    expect(page.locator("html")).to_have_attribute("class", "text-largest theme-dark words-en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Draw:")
    page.goto(f"{city.origin}/id/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()


def test_dark_pages_come_by_the_devices_wish_unless_somebody_chose(city: DrawCity, context: BrowserContext) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page = wants(context, city, "auto")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{city.origin}/id/sign-in")
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert (dark, light) == ("rgb(26, 26, 26)", "rgb(242, 242, 242)")
    page.emulate_media(color_scheme="dark")
    context.add_cookies([{"name": "kashiman_look", "value": "light", "url": city.origin}])
    page.goto(f"{city.origin}/id/sign-in")
    assert page.evaluate(ground) == light


def test_somebody_signs_in_by_keyboard_alone_and_sees_where_they_are(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "ja")
    page.goto(f"{city.origin}/id/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ進む")).to_be_focused()
    expect(page.get_by_role("link", name="本文へ進む")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    code = page.get_by_label("はがき・窓口のコード")
    for _ in range(4):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_be_in_viewport()
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
        if code.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.type("0000-0000-0000-00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("入力をたしかめてください")
    assert_accessible(page)


def test_a_table_of_colours_of_ones_own_leaves_every_control_visible(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "ja")
    page.emulate_media(forced_colors="active")
    page.goto(f"{city.origin}/id/sign-in")
    for control in page.locator("button:visible, input:visible, .card:visible").all():
        assert control.evaluate("element => getComputedStyle(element).borderTopStyle") in ("solid", "dashed")


def test_nothing_moves_for_whoever_does_not_want_it(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "ja")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{city.origin}/draws/drawn-1")
    moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).animationName !== 'none').length"
    assert page.evaluate(moving) == 0


def test_no_page_asks_anybody_else_for_anything(city: DrawCity, context: BrowserContext) -> None:
    page = wants(context, city, "ja")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(city.origin + path)
    assert [address for address in asked if not address.startswith((city.origin, "data:"))] == []
