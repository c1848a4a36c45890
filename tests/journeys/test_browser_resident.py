"""A resident's whole story in real browsers: apply, win, buy, pay in both ways at a shop, and be refunded.

The draw between the screens is the desk's own ceremony, done by its operations. The payment provider is a double whose
notices arrive over HTTP. The till's camera reads the resident's screen, and the resident's camera the shop's poster.
"""

import re
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Locator, expect

from identity.model import Holder, StaffRole
from tests.browser.axe import assert_accessible
from tests.browser.conftest import browser as browser
from tests.journeys.devices import Device, Devices
from tests.journeys.devices import devices as devices
from tests.journeys.summer import APPLYING, BUYING, PLANNED, clerk, drawn, planned
from tests.journeys.town import Caller, Town, eventually
from tests.journeys.town import town as town
from tests.merchants.shops import NORTH

POSTER_YEN, CODE_YEN, REFUND_YEN = 1_280, 640, 140
SPENT_YEN = POSTER_YEN + CODE_YEN - REFUND_YEN


def test_a_resident_applies_wins_buys_pays_in_two_ways_and_is_refunded(town: Town, devices: Devices) -> None:
    clerks = town.enter_clerks()
    taro, hanako = town.enter_residents(PLANNED)
    owner, _ = town.open_market(clerks[StaffRole.COMMERCE].id, PLANNED)
    campaign_id, round_id = town.staff.run(lambda session: planned(session, clerks))
    telephone = devices.make(town.settings.issuer, "telephone")

    with town.open_at(APPLYING):
        telephone.sign_in("wallet", town.code_for(taro, APPLYING))
        receipt = applies(telephone, round_id)
        with town.signed_in("wallet", town.code_for(hanako, APPLYING)) as neighbour:
            neighbour.post(f"/rounds/{round_id}/application", "the other half", units=3)

    town.staff.run(lambda session: drawn(session, campaign_id, round_id, clerks))

    with town.open_at(BUYING):
        telephone.sign_in("wallet", town.code_for(taro, BUYING))
        sees_the_result_and_its_proof(telephone, receipt)
        buys_at_a_convenience_store(town, telephone)
        till = devices.make(town.settings.issuer, "tablet")
        till.sign_in("shop", town.code_for(owner, BUYING))
        pays_at_the_poster(telephone, poster_of(till))
        payment_id = pays_by_the_shown_code(telephone, till)
        is_refunded(telephone, till, payment_id)
        with town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.AUDIT]), BUYING)) as auditor:
            agrees(auditor, taro, town)


def applies(telephone: Device, round_id: UUID) -> str:
    """Three units, from the first screen on; answers the number of the receipt."""
    telephone.speaks("ja")
    telephone.tap("a.tile[href='/wallet/buy']", "**/wallet/buy")
    telephone.tap(f"a.button-first[href='/wallet/rounds/{round_id}']", f"**/rounds/{round_id}")
    telephone.choose("units", 3)
    telephone.tap("main form[data-once] button.button-first", "**/receipt")
    return telephone.page.locator(".receipt-number").inner_text().replace("-", "")


def sees_the_result_and_its_proof(telephone: Device, receipt: str) -> None:
    """The first screen says what can be bought; the public page recomputes the draw on this telephone."""
    page = telephone.page
    expect(page.locator("a[href^='/wallet/grants/']")).to_contain_text("8,000円")
    telephone.open("/wallet/buy")
    expect(page.locator(".card", has_text=receipt)).to_contain_text("2口")
    telephone.tap("a[href='/draws/summer-2026-1']", "**/draws/summer-2026-1")
    page.locator("#receipt").fill(receipt)
    page.locator("#receipt").press("Enter")
    answer = page.locator("#answer .notice-good")
    expect(answer).to_contain_text(receipt)
    expect(page.locator("#report [data-state=OK]").first).to_be_visible()
    expect(page.locator("[data-state=BAD]")).to_have_count(0)
    assert_accessible(page)


def buys_at_a_convenience_store(town: Town, telephone: Device) -> None:
    """Two units on a slip; no voucher before the money has arrived, and ten thousand yen of them afterwards."""
    page = telephone.page
    telephone.open("/wallet/")
    telephone.tap("a[href^='/wallet/grants/']", "**/wallet/grants/*")
    telephone.choose("units", 2)
    telephone.choose("method", "konbini")
    telephone.fill(billing_name="カシマ タロウ", billing_email="taro@example.jp")
    telephone.tap("main form[data-once] button.button-first", "**/wallet/purchases/*")
    expect(page.locator(".slip .slip-number").first).to_be_visible()
    purchase = urlsplit(page.url).path
    telephone.open("/wallet/")
    expect(usable(telephone)).to_have_text("0円")
    provider_id = town.books_say("SELECT provider_id FROM issuance.purchases")
    assert town.double.control.pay_slip(str(provider_id)) == "succeeded"
    eventually(lambda: town.books_say("SELECT state FROM issuance.purchases"), "paid")
    telephone.open(purchase)
    expect(page.locator(".notice-good")).to_be_visible()
    telephone.open("/wallet/")
    expect(usable(telephone)).to_have_text("10,000円")


def poster_of(till: Device) -> bytes:
    """What hangs on the wall of the northern store: the picture on the shop's own page."""
    till.open("/shop/posters")
    address = f"a[href^='/shop/posters/{NORTH.store_id}/']"
    till.tap(address, f"**/shop/posters/{NORTH.store_id}/*")
    return till.page.locator(".poster-code svg").screenshot()


def pays_at_the_poster(telephone: Device, poster: bytes) -> None:
    """The camera reads the poster; an amount, a look at it, and it is paid."""
    page = telephone.page
    telephone.tap("a.tile[href='/wallet/pay']", "**/wallet/pay")
    telephone.camera.hold_picture(page, poster)
    telephone.arrives("**/wallet/pay/amount?*")
    page.locator("#amount").fill(str(POSTER_YEN))
    page.keyboard.press("Enter")
    telephone.arrives("**/wallet/pay/confirm?*")
    expect(page.locator(".confirm")).to_contain_text(NORTH.display_name)
    telephone.tap(".pay-button", "**/wallet/payments/*")
    paid = verified(telephone)
    expect(paid.locator("[data-amount]")).to_have_text("1,280円")
    expect(paid.locator("[data-shop]")).to_have_text(NORTH.display_name)


def pays_by_the_shown_code(telephone: Device, till: Device) -> str:
    """The till's camera reads the telephone's screen, and both say the same two words; answers the payment's id."""
    telephone.open("/wallet/")
    telephone.tap(".tile-first", "**/wallet/code")
    shown = telephone.page.locator("[data-code]")
    till.tap("nav a[href='/shop/charge']", "**/shop/charge")
    till.choose("store_id", NORTH.store_id)
    till.page.locator("#amount").fill(str(CODE_YEN))
    till.page.keyboard.press("F8")
    expect(till.page.locator("#code")).to_be_visible()
    assert_accessible(till.page)
    till.camera.hold_picture(till.page, shown.screenshot())
    till.arrives("**/shop/payments/*")
    received = till.page.locator("[data-paid]")
    expect(received).to_contain_text("640円")
    paid = verified(telephone)
    expect(paid.locator("[data-amount]")).to_have_text("640円")
    expect(paid.locator("[data-phrase]")).to_have_text(re.sub(r"\s+", " ", received.locator(".phrase").inner_text()))
    return urlsplit(till.page.url).path.rsplit("/", 1)[1]


def is_refunded(telephone: Device, till: Device, payment_id: str) -> None:
    """The shop gives a part back, and the resident sees it: at the payment, in the history and in the balance."""
    till.open(f"/shop/payments/{payment_id}/refund?reason=goods_returned")
    till.page.locator("#amount").fill(str(REFUND_YEN))
    till.tap("form[action$='/refund/confirm'] button", "**/refund/confirm")
    till.tap("main form[data-once] button.button-danger", f"**/shop/payments/{payment_id}")
    expect(till.page.locator("[data-given-back]")).to_contain_text("140円")
    telephone.open(f"/wallet/payments/{payment_id}")
    expect(telephone.page.locator(".receipt-back")).to_contain_text("＋140円")
    telephone.open("/wallet/history")
    expect(telephone.page.locator(".money-huge")).to_have_text("1,780円")
    telephone.open("/wallet/")
    expect(usable(telephone)).to_have_text("8,220円")


def agrees(auditor: Caller, taro: Holder, town: Town) -> None:
    """The second opinion comes to the yen that the screens showed, and debits equal credits."""
    audit = auditor.post("/books/audit", "not-needed")
    assert (audit["agrees"], audit["findings"]) == (True, [])
    wanted = {
        "issued_yen": 10_000,
        "issued_paid_yen": 8_000,
        "issued_premium_yen": 2_000,
        "payments": 2,
        "payments_voided_yen": 0,
        "payments_refunded_yen": REFUND_YEN,
        "spent_yen": SPENT_YEN,
        "remaining_yen": 10_000 - SPENT_YEN,
        "payable_yen": SPENT_YEN,
        "settled_yen": 0,
    }
    assert {name: audit["figures"][name] for name in wanted} == wanted
    balance = auditor.get("/books/trial-balance")
    assert balance["debit_yen"] == balance["credit_yen"] == 10_000 + POSTER_YEN + CODE_YEN + REFUND_YEN


def usable(telephone: Device) -> Locator:
    """What the first screen says can be spent today."""
    return telephone.page.locator("#balance .money")


def verified(telephone: Device) -> Locator:
    """The paid screen, once the telephone has checked the city's signature."""
    paid = telephone.page.locator("[data-paid][data-state=verified]")
    expect(paid).to_be_visible()
    assert_accessible(telephone.page)
    return paid
