"""A resident with a telephone in a city that can be paid in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.camera import CanvasCamera
from tests.browser.conftest import TELEPHONE, TIMEOUT_MS
from tests.browser.pay_city import BAKERY, PayCity, Resident, pay_city
from tests.conftest import cloned

NOTE_SOUNDS = """
window.notes = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  window.notes.push([this.frequency.value, this.context.state]);
  return start.apply(this, at);
};
"""


@dataclass
class Telephone:
    """The browser of one resident, and what stands before its camera."""

    city: PayCity
    page: Page
    camera: CanvasCamera
    resident: Resident

    def open(self, path: str = "/wallet/") -> Page:
        """Go to a page of the wallet."""
        self.page.goto(self.city.origin + path)
        return self.page

    def scan(self, text: str) -> None:
        """Let the camera see a code on the page that scans."""
        self.open("/wallet/pay")
        self.camera.hold(self.page, text)

    def confirm(self, amount_yen: int = 1_280, store_code: str = BAKERY) -> Page:
        """Go to the confirmation of an amount at a new poster of a shop."""
        number, _ = self.city.poster(store_code)
        return self.open(f"/wallet/pay/confirm?{urlencode({'code': number, 'amount': amount_yen})}")

    def pay(self) -> None:
        """Tap on the button that pays."""
        self.page.locator(".pay-button").click()

    def see_paid(self, amount: str = "1,280円") -> None:
        """Demand the paid screen, drawn from what the city signed."""
        screen = self.page.locator("[data-paid][data-state=verified]")
        expect(screen.get_by_role("heading", name="払いました")).to_be_visible()
        expect(screen.locator("[data-amount]")).to_have_text(amount)

    @property
    def paid(self) -> list[int]:
        """What the books say."""
        return self.city.paid(self.resident)


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    """A city whose shops take value, served by the real server."""
    with cloned(postgres, template) as url, pay_city(url) as running:
        yield running


@contextmanager
def telephone_of(city: PayCity, browser: Browser, *, has_camera: bool = False, **options: Any) -> Iterator[Telephone]:
    """A telephone of somebody who is signed in and has value of their own; `options` are those of its browser.

    Unless the browser `has_camera`, a canvas takes the camera's place.
    """
    usual: dict[str, Any] = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "viewport": TELEPHONE}
    usual["service_workers"] = "block"  # What a service worker fetches is out of reach of a test that cuts the network.
    context = browser.new_context(**{**usual, **options})
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(NOTE_SOUNDS)
    camera, resident = CanvasCamera(context, takes_its_place=not has_camera), city.resident()
    city.sign_in(context, resident)
    yield Telephone(city, context.new_page(), camera, resident)
    context.close()


@pytest.fixture
def telephone(city: PayCity, browser: Browser) -> Iterator[Telephone]:
    """A telephone in Japanese."""
    with telephone_of(city, browser) as telephone:
        yield telephone


def cut(route: Route) -> None:
    """The network fails before anything arrives."""
    route.abort("internetdisconnected")


def cut_after_the_answer(route: Route) -> None:
    """The server does what it was asked, and its answer is lost."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")
