"""Every page that a resident or a shop can open, from the table of addresses: usable, narrow, and self-contained."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, ViewportSize

from issuance.model import PurchaseMethod
from issuance.operations.start_purchases import start_purchases
from issuance.purchase_model import Purchase, PurchaseRequest
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from merchant_portal.joining import JoinStep
from merchant_portal.router import pages as shop_pages
from tests.browser.axe import violations_of
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.pay_city import BAKERY, PayCity, Resident, pay_city
from tests.browser.test_shop_papers import closing_id as closing_id
from tests.browser.till_screen import pays_at_poster
from tests.conftest import cloned
from tests.wallet_api.routes.test_inbox import tell
from tests.wallet_api.routes.test_surveys import ask
from wallet_api.router import pages as wallet_pages

NARROW = ViewportSize(width=320, height=640)
"""A window of 1280 pixels at 400 % (WCAG 2.2, 1.4.10)."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LEFT_BEHIND = "net::ERR_ABORTED"
"""What a page still listened to when the next one was opened."""
SHOWS_NO_PAGE = {
    "/wallet/sign-in/begin": "leads to the provider",
    "/wallet/sign-in/callback": "comes back from the provider",
    "/wallet/payments/keys": "a key for the script",
    "/wallet/code/outcome": "an answer for the script",
    "/wallet/history.csv": "a file",
    "/wallet/receipts/{payment_id}/receipt.pdf": "a file",
    "/wallet/manifest.webmanifest": "a file",
    "/wallet/icons/{name}": "a file",
    "/wallet/service-worker.js": "a script",
    "/shop/sign-in/begin": "leads to the provider",
    "/shop/sign-in/callback": "comes back from the provider",
    "/shop/statements/{closing_id}/statement.csv": "a file",
    "/shop/statements/{closing_id}/statement.pdf": "a file",
    "/shop/posters/{store_id}/{serial}/{paper}.pdf": "a file",
}
LEADS_ON = {"/shop/join/done": "/shop/join/state"}
"""Without an application in this browser there is no receipt to show."""
Filled = dict[str, list[str]]


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    with cloned(postgres, template) as url, pay_city(url) as running:
        yield running


@pytest.fixture(scope="module")
def filled(city: PayCity, closing_id: str, browser: Browser) -> Filled:
    """What stands in the blanks of addresses, and behind those that ask for more, in this city."""
    context = browser.new_context(base_url=city.origin)
    context.set_default_timeout(TIMEOUT_MS)
    city.sign_in(context, _taro(city))
    city.sign_in_shop(context)
    page = context.new_page()
    places = _of_paying(city) | _of_buying(city, context) | _of_letters(city, page) | _of_a_shop(city, closing_id, page)
    context.close()
    return places


def _taro(city: PayCity) -> Resident:
    return Resident(city.world.person_id, city.world.wallet_id)


def _of_paying(city: PayCity) -> Filled:
    paid = pays_at_poster(city, _taro(city), 320).payment_id
    number, _ = city.poster()
    asked = {"code": number, "amount": 1_280, "amount_yen": 1_280, "form_key": "nothing was paid under it"}
    return {
        "/wallet/pay/amount": [f"/wallet/pay/amount?{urlencode(asked)}"],
        "/wallet/pay/confirm": [f"/wallet/pay/confirm?{urlencode(asked)}"],
        "/wallet/pay/check": [f"/wallet/pay/check?{urlencode(asked)}"],
        "/wallet/payments/{payment_id}": [f"/wallet/payments/{paid}"],
        "/wallet/receipts/{payment_id}": [f"/wallet/receipts/{paid}"],
        "/wallet/shops": ["/wallet/shops", "/wallet/shops?view=map"],
        "/wallet/shops/{store_code}": [f"/wallet/shops/{BAKERY}"],
        "/shop/payments/{payment_id}": [f"/shop/payments/{paid}"],
        "/shop/payments/{payment_id}/void": [f"/shop/payments/{paid}/void?reason=wrong_amount"],
        "/shop/payments/{payment_id}/refund": [f"/shop/payments/{paid}/refund?reason=wrong_amount"],
    }


def _of_buying(city: PayCity, context: BrowserContext) -> Filled:
    """An application to the round that is open, and a purchase that the provider has not answered about."""
    world = city.world
    spring = f"/wallet/rounds/{world.spring_round_id}"
    headers = {"Origin": city.origin, "Idempotency-Key": "every page"}
    applied = context.request.post(f"/api/v1{spring}/application", data={"units": 2}, headers=headers)
    assert applied.ok, applied.text()
    wanted = PurchaseRequest("every page", world.wallet_id, 1, PurchaseMethod.KONBINI, grant_id=world.grant_id)
    (bought,) = city.pay.run(lambda session: start_purchases(session, [wanted], now=city.now()))
    assert isinstance(bought, Purchase), bought
    return {
        "/wallet/rounds/{round_id}": [spring],
        "/wallet/rounds/{round_id}/receipt": [f"{spring}/receipt"],
        "/wallet/grants/{grant_id}": [f"/wallet/grants/{world.grant_id}"],
        "/wallet/purchases/{purchase_id}": [f"/wallet/purchases/{bought.id}"],
    }


def _of_letters(city: PayCity, page: Page) -> Filled:
    """A reminder in the inbox, and the questions of the commerce desk."""
    opened: list[Database] = []

    def make_database(role: str = "kashiman_pay", pool_size: int = 2) -> Database:
        opened.append(Database(city.url, role=role, pool_size=pool_size))
        return opened[-1]

    tell(make_database, city.world)
    survey_id = ask(make_database, city.world)
    for database in opened:
        database.close()
    page.goto("/wallet/inbox")
    return {
        "/wallet/inbox/{notice_id}": [_first_link(page, "/wallet/inbox/")],
        "/wallet/surveys/{survey_id}": [f"/wallet/surveys/{survey_id}"],
    }


def _of_a_shop(city: PayCity, closing_id: str, page: Page) -> Filled:
    """A code on the till's screen, a poster, a closing, a till, and a form that somebody began."""
    store_id, (serial, _) = city.store().store_id, city.poster()
    page.goto("/shop/tills")
    page.locator("#label").fill("レジ1")
    page.locator("form[action='/shop/tills'] button").click()
    release = _first_link(page, "/shop/tills/")
    page.goto("/shop/join")
    page.locator("main form button").click()
    page.wait_for_url("**/shop/join/business")
    return {
        "/shop/statements/{closing_id}": [f"/shop/statements/{closing_id}"],
        "/shop/posters/{store_id}/{serial}": [f"/shop/posters/{store_id}/{serial}"],
        "/shop/tills/{till_id}/release": [release],
        "/shop/join/{step}": [f"/shop/join/{step.value}" for step in JoinStep],
        "/shop/codes/{code_reference}": [_shown_code(page)],
    }


def _shown_code(page: Page) -> str:
    page.goto("/shop/charge")
    page.locator("#amount").fill("540")
    page.keyboard.press("F9")
    page.wait_for_url("**/shop/codes/*")
    return page.url


def _first_link(page: Page, beginning: str) -> str:
    address = page.locator(f"main a[href^='{beginning}']").first.get_attribute("href")
    assert address is not None
    return address


def addresses(face: str, router: APIRouter) -> list[str]:
    """Every address of a face that is opened rather than sent to."""
    return [f"{face}{route.path}" for route in iter_route_contexts(router.routes) if "GET" in (route.methods or ())]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("face", "router"), [("/wallet", wallet_pages), ("/shop", shop_pages)], ids=["wallet", "shop"])
def test_every_page_can_be_used_fits_and_asks_nobody_else(
    city: PayCity, filled: Filled, browser: Browser, face: str, router: APIRouter, language: str
) -> None:
    context = browser.new_context(viewport=NARROW, locale="ja-JP", base_url=city.origin)
    context.set_default_timeout(TIMEOUT_MS)
    context.add_cookies([{"name": "kashiman_look", "value": language, "url": city.origin}])
    city.sign_in(context, _taro(city))
    city.sign_in_shop(context)
    reader = Reader(context, city.origin, language)
    if face == "/shop":
        reader.page.goto("/shop/join")
        reader.page.locator("main form button").click()
    for address in addresses(face, router):
        if address not in SHOWS_NO_PAGE:
            for place in filled.get(address, [address]):
                reader.read(place)
    context.close()
    assert reader.found == []


def test_what_shows_no_page_is_there(filled: Filled) -> None:
    there = {*addresses("/wallet", wallet_pages), *addresses("/shop", shop_pages)}
    assert SHOWS_NO_PAGE.keys() - there == set()
    assert filled.keys() - there == set()


class Reader:
    """A browser that opens one page after another and notes what is wrong with them."""

    def __init__(self, context: BrowserContext, origin: str, language: str) -> None:
        self.page = context.new_page()
        self.found: list[str] = []
        self._origin, self._language = origin, language
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_response)
        self.page.on("pageerror", lambda error: self.found.append(f"{self.page.url}: {error}"))

    def read(self, address: str) -> None:
        """Open a page and look at it."""
        self.page.goto(address)
        if urlsplit(self.page.url).path != urlsplit(LEADS_ON.get(address, address)).path:
            self.found.append(f"{address} leads to {self.page.url}")
        self.found += [f"{address}: {violation}" for violation in violations_of(self.page)]
        if self.page.evaluate(WIDER) > 0:
            self.found.append(f"{address} scrolls sideways")
        if self.page.locator("html").get_attribute("lang") != self._language:
            self.found.append(f"{address} speaks another language")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.found.append(f"{self.page.url} asks {request.url}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self.found.append(f"{request.url}: {request.failure}")

    def _note_response(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.found.append(f"{response.url}: {response.status}")
