"""A shop's till in a browser, and the residents who pay there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from identity.model import ShopRole
from kernel.db import driver_connection
from payments.model import Channel, PaymentReceipt, PaymentRequest
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.operations.take_payments import take_payments
from tests.browser.camera import CanvasCamera
from tests.browser.pay_city import BAKERY, PayCity, Resident

TABLET = ViewportSize(width=1024, height=768)
TIMEOUT_MS = 20_000
LOUD = """
(() => {
  window.spoken = []; window.notes = 0;
  speechSynthesis.speak = (words) => window.spoken.push([words.lang, words.text]);
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); };
})();
"""
"""Remembers what is said and how many notes are played."""


@dataclass(frozen=True)
class TillScreen:
    """One till: its page and what is before its camera."""

    city: PayCity
    page: Page
    camera: CanvasCamera
    user_id: UUID

    def open(self, path: str = "/shop/charge") -> None:
        """Go to a screen of the shop."""
        self.page.goto(f"{self.city.origin}{path}")

    def listens(self) -> None:
        """Wait until the feed stands."""
        expect(self.page.locator("[data-state=live]")).to_be_visible()

    def sells(self, amount: str) -> None:
        """Begin a sale: type the amount, at the first of the merchant's stores."""
        self.open()
        for store in self.page.locator("[name=store_id][type=radio]").all()[:1]:
            store.check()
        self.page.locator("#amount").fill(amount)

    def to_code(self, amount: str) -> None:
        """Type an amount and go on to the resident's code."""
        self.sells(amount)
        self.page.keyboard.press("F8")
        expect(self.page.locator("#code")).to_be_visible()

    def charge(self, amount: str, code: str) -> None:
        """Charge a code that is typed by hand."""
        self.to_code(amount)
        self.page.locator("#code").fill(code)
        self.page.get_by_role("button", name="この金額を受け取る").click()

    def scan(self, text: str) -> None:
        """Let a hardware scanner type a code, wherever the cursor stands."""
        self.page.keyboard.type(text, delay=1)
        self.page.keyboard.press("Enter")

    @property
    def received(self) -> Locator:
        """The screen of a payment that just arrived."""
        return self.page.locator("[data-paid]")

    @property
    def arrivals(self) -> Locator:
        """What the feed shows."""
        return self.page.locator(".arrivals .arrival")

    def spoken(self) -> list[list[str]]:
        """What was said aloud on this page, each with its language."""
        said: list[list[str]] = self.page.evaluate("window.spoken")
        return said

    def notes(self) -> int:
        """How many notes were played on this page."""
        return int(self.page.evaluate("window.notes"))


def till_context(browser: Browser, locale: str = "ja-JP", **facts: Any) -> BrowserContext:
    """A browser as tills have it."""
    context = browser.new_context(locale=locale, timezone_id="Asia/Tokyo", **{"viewport": TABLET, **facts})
    context.set_default_timeout(TIMEOUT_MS)
    return context


@contextmanager
def till_screen(
    browser: Browser,
    city: PayCity,
    store_code: str = BAKERY,
    *,
    role: ShopRole = ShopRole.OWNER,
    locale: str = "ja-JP",
    **facts: Any,
) -> Iterator[TillScreen]:
    """A till of a store, at which somebody is signed in."""
    context = till_context(browser, locale, **facts)
    camera = CanvasCamera(context)
    context.add_init_script(LOUD)
    user_id = city.sign_in_shop(context, store_code, role)
    yield TillScreen(city, context.new_page(), camera, user_id)
    context.close()


def code_of(city: PayCity, resident: Resident, *, at: datetime | None = None) -> str:
    """What a resident shows."""
    return city.pay.run(
        lambda session: issue_consumer_code(session, wallet_id=resident.wallet_id, now=at or city.now())
    ).text


def pays_at_poster(
    city: PayCity, resident: Resident, amount_yen: int, store_code: str = BAKERY, *, key: str = "at the poster"
) -> PaymentReceipt:
    """A resident pays at a store's poster."""
    serial, _ = city.poster(store_code)
    request = PaymentRequest(key, resident.wallet_id, amount_yen, store_code, serial, Channel.MPM_STATIC, city.now())
    (outcome,) = city.pay.run(lambda session: take_payments(session, [request]))
    assert isinstance(outcome, PaymentReceipt), outcome
    return outcome


def money_rows(city: PayCity) -> list[int]:
    """How many transfers, payments, reversals and codes there are."""
    tables = ("ledger.transfers", "payments.payments", "payments.reversals", "payments.dynamic_codes")
    statements = [f"SELECT count(*) FROM {table}" for table in tables]
    return city.pay.run(
        lambda session: [row[0] for each in statements for row in driver_connection(session).execute(each.encode())]
    )
