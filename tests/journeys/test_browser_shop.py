"""A shop's whole story in real browsers: join, correct, be approved by two people, sell, void, refund, and be paid out.

The shop reads its pages in English; the clerks at city hall have theirs in Japanese. What the residents spend is put
into their wallets by the ledger's own operation, because buying has a journey of its own.
"""

from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import expect

from identity.model import Holder, HolderKind, StaffRole
from identity.operations.add_staff import add_staff
from issuance.model import Clerk
from kernel.db import Database
from kernel.ids import new_id
from ledger.model import AccountKind, Posted, SellVoucher, Terms, UsableAt, command_key, shared_account
from ledger.operations.post_journals import post_journals
from payments.operations.issue_consumer_code import issue_consumer_code
from tests.browser.axe import assert_accessible
from tests.browser.conftest import browser as browser
from tests.journeys.devices import Device, Devices
from tests.journeys.devices import devices as devices
from tests.journeys.summer import BUYING, CLOSING, CUTOFF, PLANNED, clerk, planned
from tests.journeys.town import Caller, Town
from tests.journeys.town import town as town

BUSINESS = {
    "legal_name": "有限会社髙﨑商店",
    "legal_kana": "ユウゲンガイシャ タカサキショウテン",
    "representative": "髙﨑 一郎",
    "phone": "0954-63-2111",
    "postal_code": "849-1312",
    "address": "鹿島市大字納富分2643-1",
}
STORE = {
    "display_name": "髙﨑商店 中央店",
    "name_latin": "Takasaki Shoten",
    "postal_code": "849-1312",
    "address": "鹿島市大字納富分2643-1",
    "floor_m2": "85",
}
ACCOUNT = {
    "bank_code": "0179",
    "branch_code": "669",
    "account_number": "0012345",
    "holder_kana": "ユ）タカサキショウテン",
}
KEPT_YEN, GIVEN_BACK_YEN, TYPED_WRONG_YEN = 1_280, 280, 777
NET_YEN = KEPT_YEN - GIVEN_BACK_YEN


def test_a_shop_joins_sells_takes_back_and_is_paid_out(town: Town, devices: Devices, database: Database) -> None:
    clerks = town.enter_clerks()
    first = clerk(clerks[StaffRole.COMMERCE])
    second = Holder(HolderKind.STAFF, another_clerk(town))
    campaign_id, _ = town.staff.run(lambda session: planned(session, clerks))
    wallet_id = resident_with_value(town, database, campaign_id)
    origin = town.settings.issuer
    home, till = (devices.make(origin, kind, locale="en-US") for kind in ("telephone", "tablet"))

    with town.open_at(BUYING):
        receipt = joins(home)
        desk, other_desk = (devices.make(origin, "desk") for _ in range(2))
        desk.sign_in("staff", town.code_for(first, BUYING))
        asks_to_correct(desk, receipt)
        corrects(home)
        examines(desk, receipt)
        other_desk.sign_in("staff", town.code_for(second, BUYING))
        code = approves(other_desk, receipt)
        home.open("/shop/join/state")
        expect(home.page.locator(".notice-good")).to_be_visible()
        till.sign_in("shop", code)
        becomes_a_till(till)
        sells(till, KEPT_YEN, code_of(town, database, wallet_id), by_camera=True)
        gives_a_part_back(till)
        sells(till, TYPED_WRONG_YEN, code_of(town, database, wallet_id), by_camera=False)
        takes_back(till)
        sees_what_is_coming(till)
        till.put_away()

    with town.open_at(CLOSING):
        closes(town, clerks)
        shop_user_id = town.books_say("SELECT id FROM identity.shop_users")
        home.sign_in("shop", town.code_for(Holder(HolderKind.SHOP, shop_user_id), CLOSING))
        sees_the_payout_and_why(home)
        with town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.AUDIT]), CLOSING)) as auditor:
            agrees(auditor)


def another_clerk(town: Town) -> UUID:
    return town.staff.run(lambda session: add_staff(session, display_name="商工 次郎", roles=[StaffRole.COMMERCE]))


def resident_with_value(town: Town, database: Database, campaign_id: UUID) -> UUID:
    """Ten thousand yen that were bought for eight; answers the wallet."""
    town.enter_residents(PLANNED)
    wallet_id = UUID(str(town.books_say("SELECT wallet_id FROM identity.people ORDER BY given_name LIMIT 1")))
    terms = Terms(UsableAt.ALL_SHOPS, date(2026, 6, 15), date(2026, 11, 30))
    money = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
    key = command_key("tests", "the journey's voucher")
    sold = SellVoucher(key, BUYING, new_id(), wallet_id, campaign_id, terms, 8_000, 2_000, money)
    (posted,) = database.run(lambda session: post_journals(session, [sold]))
    assert isinstance(posted, Posted), posted
    return wallet_id


def joins(home: Device) -> str:
    """From the first screen of the form to the receipt; answers its number."""
    page = home.page
    home.open("/shop/join")
    home.speaks("en")
    home.tap("main button.button-first", "**/shop/join/business")
    home.fill(**BUSINESS)
    home.tap("main button.button-first", "**/shop/join/trade")
    home.choose("trade", page.locator("[name=trade]").first.get_attribute("value"))
    home.tap("main button.button-first", "**/shop/join/stores")
    home.fill(**STORE)
    home.choose("district", "北鹿島")
    home.tap("main button.button-first")
    home.tap("main a.button-first[href='/shop/join/account']", "**/shop/join/account")
    home.fill(**ACCOUNT)
    home.choose("account_kind", "1")
    home.tap("main button.button-first", "**/shop/join/pledge")
    page.locator("#pledge").check()
    home.tap("main button.button-first", "**/shop/join/check")
    expect(page.locator(".join-kana")).to_have_text("ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ")
    home.tap("form[action='/shop/join/check'] button", "**/shop/join/done")
    return page.locator(".join-receipt dd").first.inner_text()


def asks_to_correct(desk: Device, receipt: str) -> None:
    opens_application(desk, receipt)
    form = desk.page.locator("form[action$='/corrections']")
    desk.page.locator("details", has=form).locator("summary").click()
    form.locator("textarea").fill("お店の地区が、住所とちがいます。")
    desk.tap("form[action$='/corrections'] button", "**/staff/shops?done=*")


def corrects(home: Device) -> None:
    """What the city wrote is read, the district put right, the pledge given again, and everything sent anew."""
    page = home.page
    home.open("/shop/join/state")
    expect(page.locator(".notice-warning .join-reason")).to_have_text("お店の地区が、住所とちがいます。")
    home.tap("form[action$='/state/correct'] button", "**/shop/join/check")
    home.tap("a[href='/shop/join/stores?again=1']", "**/shop/join/stores?again=1")
    home.tap("a[href^='/shop/join/stores?number=1']", "**/shop/join/stores?number=1*")
    home.choose("district", "鹿島")
    home.tap("main button.button-first")
    home.tap("a.button-first[href='/shop/join/check']", "**/shop/join/check")
    home.tap("#errors a[href^='/shop/join/pledge']", "**/shop/join/pledge*")
    page.locator("#pledge").check()
    home.tap("main button.button-first", "**/shop/join/check")
    home.tap("form[action='/shop/join/check'] button", "**/shop/join/done")


def opens_application(desk: Device, receipt: str) -> None:
    desk.open("/staff/shops")
    desk.page.get_by_role("link", name=receipt).click()
    desk.arrives("**/staff/shops/*")


def examines(desk: Device, receipt: str) -> None:
    """The first clerk is done, and cannot approve alone."""
    opens_application(desk, receipt)
    desk.tap("form[action$='/examination'] button", "**/staff/shops?done=*")
    opens_application(desk, receipt)
    expect(desk.page.locator("form[action$='/approval']")).to_have_count(0)


def approves(desk: Device, receipt: str) -> str:
    """The second clerk approves; answers the code of the letter."""
    opens_application(desk, receipt)
    desk.tap("form[action$='/approval'] button", "**/approval")
    return desk.page.locator(".counter-code").inner_text()


def becomes_a_till(till: Device) -> None:
    till.speaks("en")
    till.tap("nav a[href='/shop/tills']", "**/shop/tills")
    till.fill(label="Register 1")
    till.tap("form[action='/shop/tills'] button", "**/shop/tills?done=bound")
    expect(till.page.locator("main h3", has_text="Register 1")).to_be_visible()


def code_of(town: Town, database: Database, wallet_id: UUID) -> str:
    """What a resident shows at this moment of the town."""
    now = town.clock.now()
    return database.run(lambda session: issue_consumer_code(session, wallet_id=wallet_id, now=now)).text


def sells(till: Device, amount_yen: int, code: str, *, by_camera: bool) -> None:
    """Type the amount, then let the camera read the code, or type it as it stands below the picture."""
    page = till.page
    till.tap("nav a[href='/shop/charge']", "**/shop/charge")
    page.locator("#amount").fill(str(amount_yen))
    page.keyboard.press("F8")
    expect(page.locator("#code")).to_be_visible()
    if by_camera:
        till.camera.hold(page, code)
    else:
        page.locator("#code").fill(code)
        page.keyboard.press("Enter")
    till.arrives("**/shop/payments/*")
    expect(page.locator("[data-paid]")).to_contain_text(f"{amount_yen:,}円")


def gives_a_part_back(till: Device) -> None:
    """A refund of a part, which the owner may make, of the payment that is on the screen."""
    till.open(f"{urlsplit(till.page.url).path}/refund?reason=goods_returned")
    till.page.locator("#amount").fill(str(GIVEN_BACK_YEN))
    till.tap("form[action$='/refund/confirm'] button", "**/refund/confirm")
    till.tap("main form[data-once] button.button-danger", "**/shop/payments/*")
    expect(till.page.locator("[data-given-back]")).to_contain_text("−280円")


def takes_back(till: Device) -> None:
    """From the list of the day: the whole of a payment with a wrong amount."""
    till.tap("nav a[href='/shop/']", "**/shop/")
    till.page.locator(".movement").first.click()
    till.arrives("**/shop/payments/*")
    till.tap("main a[href*='/void?reason=wrong_amount']", "**/void?reason=wrong_amount")
    till.tap("main form[data-once] button.button-danger", "**/shop/payments/*")
    expect(till.page.locator("[data-given-back]")).to_be_visible()


def sees_what_is_coming(till: Device) -> None:
    """The first screen has the takings of the day and what will be paid of them."""
    till.tap("nav a[href='/shop/']", "**/shop/")
    expect(till.page.locator("[data-takings]")).to_have_text("1,000円")
    expect(till.page.locator(".next-payout-line .money")).to_have_text("1,000円")


def closes(town: Town, clerks: dict[StaffRole, Clerk]) -> None:
    with town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.FINANCE]), CLOSING)) as finance:
        closing_id = finance.post("/closings", "close-june", cutoff_day=CUTOFF)["closing_id"]
        closing = finance.get(f"/closings/{closing_id}")
    assert (closing["paid_yen"], closing["carried_over_yen"]) == (NET_YEN, 0)


def sees_the_payout_and_why(home: Device) -> None:
    """The statement explains the amount: what was taken, less what was given back, and no fee."""
    page = home.page
    home.tap("nav a[href='/shop/statements']", "**/shop/statements")
    home.tap("main h3 a[href^='/shop/statements/']", "**/shop/statements/*")
    why = page.locator("table.why")
    expect(why.locator("tfoot .money")).to_have_text("1,000円")
    expect(why.locator("tbody td.number:last-child")).to_have_text(["2,057円", "−777円", "−280円", "0円"])
    expect(page.locator("#payment")).to_be_visible()
    assert_accessible(page)


def agrees(auditor: Caller) -> None:
    """The second opinion comes to the yen that the screens showed."""
    audit = auditor.post("/books/audit", "not-needed")
    assert (audit["agrees"], audit["findings"]) == (True, [])
    wanted = {
        "payments": 2,
        "payments_voided_yen": TYPED_WRONG_YEN,
        "payments_refunded_yen": GIVEN_BACK_YEN,
        "spent_yen": NET_YEN,
        "remaining_yen": 10_000 - NET_YEN,
        "payable_yen": 0,
        "in_flight_yen": NET_YEN,
    }
    assert {name: audit["figures"][name] for name in wanted} == wanted
