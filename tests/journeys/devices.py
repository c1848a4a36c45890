"""The telephones, tablets and desks of the people of a journey: real browsers, each with a camera of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize, expect

from tests.browser.axe import assert_accessible
from tests.browser.camera import CanvasCamera
from tests.browser.conftest import TELEPHONE
from tests.browser.till_screen import TABLET

DESK = ViewportSize(width=1280, height=900)
TIMEOUT_MS = 30_000
ASKED_ONLY_HERE = "data:", "blob:"
SEES = {"telephone": TELEPHONE, "tablet": TABLET, "desk": DESK}


@dataclass(frozen=True)
class Device:
    """A browser that one person uses; every screen that it shows is demanded to be accessible."""

    origin: str
    page: Page
    camera: CanvasCamera

    def open(self, path: str) -> None:
        """Go to a screen."""
        self.page.goto(self.origin + path)
        assert_accessible(self.page)

    def tap(self, selector: str, to: str | None = None) -> None:
        """Press what is there once; `to` is the pattern of the address that this leads to."""
        self.page.locator(selector).click()
        if to is not None:
            self.arrives(to)

    def arrives(self, address: str) -> None:
        """Wait for an address, and look at the screen."""
        self.page.wait_for_url(address)
        assert_accessible(self.page)

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"input[name={name}]").fill(text)

    def choose(self, name: str, value: object) -> None:
        """Take one of several."""
        self.page.locator(f"[name={name}][value='{value}']").check()

    def sign_in(self, face: str, code: str) -> None:
        """Sign in at a face with the code of a letter, from whichever page the face sends one to."""
        self.open(f"/{face}/")
        self.tap("main .button-first", "**/id/authorize*")
        self.fill(code=code)
        self.page.keyboard.press("Enter")
        self.arrives(f"**/{face}/")

    def put_away(self) -> None:
        """Close the screen, which otherwise goes on listening."""
        self.page.close()

    def speaks(self, language: str) -> None:
        """Demand the language of the page."""
        expect(self.page.locator("html")).to_have_attribute("lang", language)


class Devices:
    """Makes devices, and remembers what any of them asked of anybody else, or could not get."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.elsewhere: list[str] = []
        self.broken: list[str] = []

    def make(self, origin: str, kind: str, locale: str = "ja-JP", **facts: Any) -> Device:
        """A device of this kind: telephone, tablet or desk."""
        context = self._browser.new_context(locale=locale, timezone_id="Asia/Tokyo", viewport=SEES[kind], **facts)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("request", lambda request: self._note_address(origin, request.url))
        context.on("response", self._note_answer)
        context.on("weberror", lambda error: self.broken.append(str(error.error)))
        self._contexts.append(context)
        camera = CanvasCamera(context)
        return Device(origin, context.new_page(), camera)

    def _note_address(self, origin: str, address: str) -> None:
        if not address.startswith((origin, *ASKED_ONLY_HERE)):
            self.elsewhere.append(address)

    def _note_answer(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.broken.append(f"{response.status} {response.request.method} {response.url}")

    def leave(self) -> None:
        """Put every device away; none of them may have asked anybody else, nor have had a broken script."""
        for context in self._contexts:
            context.close()
        wrong = [*self.elsewhere, *self.broken]
        assert not wrong, wrong


@pytest.fixture
def devices(browser: Browser) -> Iterator[Devices]:
    """Devices that are put away when the journey ends."""
    made = Devices(browser)
    yield made
    made.leave()
