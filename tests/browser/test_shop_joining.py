"""A shop joins in a real browser: six screens, a correction, two clerks, the letter's code, and another account."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from identity.model import Acr, Holder, HolderKind, ShopRole, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from kernel.db import driver_connection
from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.axe import assert_accessible
from tests.browser.conftest import TELEPHONE, TIMEOUT_MS
from tests.browser.pay_city import BAKERY, PayCity, pay_city
from tests.conftest import cloned
from tests.sign_ins import signed_in_cookie

DESKTOP = ViewportSize(width=1280, height=900)
BUSINESS = {
    "事業者名（会社や個人事業の名前）": "有限会社髙﨑商店",
    "事業者名のカナ": "ゆうげんがいしゃ たかさきしょうてん",
    "代表者・責任者の名前": "髙﨑 一郎",
    "電話番号": "０９５４ー６３ー２１１１",
    "郵便番号": "849-1312",
    "手紙を受け取る住所": "鹿島市大字納富分2643-1",
}
LEGAL_NAME = "事業者名（会社や個人事業の名前）"
STORE = {
    "お店の名前": "髙﨑商店 中央店",
    "お店の名前（ローマ字）": "Takasaki Shoten",
    "郵便番号": "８４９１３１２",
    "お店の住所": "鹿島市大字納富分2643-1",
    "売り場の広さ（㎡）": "85",
}
ACCOUNT = {
    "銀行の番号（4けた）": "0179",
    "支店の番号（3けた）": "669",
    "口座番号（7けた）": "0012345",
    "口座の名義（カナ）": "ユ）タカサキショウテン",
}


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    """The wallet's city with its shops, served by the real server."""
    with cloned(postgres, template) as url, pay_city(url) as running:
        yield running


@pytest.fixture
def people(browser: Browser) -> Iterator["People"]:
    made = People(browser)
    yield made
    made.leave()


class People:
    """Browsers of their own for everybody who takes part."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []

    def browser_of(self, viewport: ViewportSize = TELEPHONE, **facts: Any) -> Page:
        context = self.browser.new_context(
            viewport=viewport, **{"locale": "ja-JP", "timezone_id": "Asia/Tokyo", **facts}
        )
        context.set_default_timeout(TIMEOUT_MS)
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def clerk(city: PayCity, people: People, *roles: StaffRole) -> Page:
    page = people.browser_of(DESKTOP)
    staff_id = city.staff.run(lambda session: add_staff(session, display_name="担当 職員", roles=list(roles)))
    cookie = signed_in_cookie(city.pay, Holder(HolderKind.STAFF, staff_id), city.now(), acr=Acr.STAFF)
    put_cookie(city, page, "kashiman_staff", cookie)
    return page


def owner(city: PayCity, people: People, acr: Acr, **facts: Any) -> Page:
    page = people.browser_of(**facts)
    merchant_id = city.store(BAKERY).merchant_id
    user_id = city.staff.run(
        lambda session: add_shop_user(session, merchant_id=merchant_id, display_name="店主", role=ShopRole.OWNER)
    )
    cookie = signed_in_cookie(city.pay, Holder(HolderKind.SHOP, user_id), city.now(), acr=acr)
    put_cookie(city, page, "kashiman_shop", cookie)
    return page


def put_cookie(city: PayCity, page: Page, name: str, secret: str) -> None:
    cookie: Any = {"name": name, "value": secret, "url": city.origin, "httpOnly": True, "sameSite": "Lax"}
    page.context.add_cookies([cookie])


def fill(page: Page, fields: dict[str, str]) -> None:
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)


def go_on(page: Page, to: str) -> None:
    page.get_by_role("button", name="つぎへ").click()
    page.wait_for_url(f"**{to}")
    assert_accessible(page)


def at(page: Page) -> str:
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def fill_in(city: PayCity, page: Page) -> None:
    """From the first screen to the one that shows everything once more."""
    page.goto(f"{city.origin}/shop/join")
    assert_accessible(page)
    page.get_by_role("button", name="申しこみをはじめる").click()
    fill(page, BUSINESS)
    go_on(page, "/shop/join/trade")
    page.get_by_label("食料品", exact=True).check()
    go_on(page, "/shop/join/stores")
    fill(page, STORE)
    page.get_by_label("北鹿島").check()
    go_on(page, "/shop/join/stores")
    page.get_by_role("link", name="これで全部です。つぎへ").click()
    fill(page, ACCOUNT)
    page.get_by_label("普通").check()
    go_on(page, "/shop/join/pledge")
    page.get_by_label("10の約束を読みました。守ります。").check()
    go_on(page, "/shop/join/check")


def applications(city: PayCity) -> int:
    rows = city.staff.run(
        lambda session: driver_connection(session).execute("SELECT count(*) FROM merchants.applications").fetchall()
    )
    return int(rows[0][0])


def applied(city: PayCity, people: People) -> tuple[str, str]:
    """Fill in the form and send it, with a second tap; the number and the words to come back with."""
    page = people.browser_of()
    before = applications(city)
    fill_in(city, page)
    expect(page.get_by_text("ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ")).to_be_visible()
    page.get_by_role("button", name="この内容で申しこむ").dblclick()
    page.wait_for_url("**/shop/join/done")
    assert_accessible(page)
    receipt, passphrase = page.locator(".join-receipt dd").all_inner_texts()
    page.reload()
    assert page.locator(".join-receipt dd").all_inner_texts() == [receipt, passphrase]
    assert applications(city) == before + 1
    return receipt, passphrase


def ask_correction(city: PayCity, first: Page, receipt: str) -> None:
    """A clerk asks for a correction, and has to say of what."""
    first.goto(f"{city.origin}/staff/shops")
    assert_accessible(first)
    first.get_by_role("link", name=receipt).click()
    assert_accessible(first)
    first.locator("summary", has_text="訂正を頼む").click()
    first.get_by_role("button", name="訂正を頼む").click()
    expect(first.get_by_text("理由が書かれていません")).to_be_visible()
    assert_accessible(first)
    first.get_by_label("なおすところ").fill("お店の地区が、住所とちがいます。")
    first.get_by_role("button", name="訂正を頼む").click()
    expect(first.get_by_role("heading", name="訂正を頼みました")).to_be_visible()


def correct(city: PayCity, elsewhere: Page, receipt: str, passphrase: str) -> None:
    """Whoever applied looks at it in another browser, and corrects it."""
    elsewhere.goto(f"{city.origin}/shop/join/state")
    assert_accessible(elsewhere)
    fill(elsewhere, {"受付番号": receipt.lower(), "合いことば": passphrase.replace("-", " ").lower()})
    elsewhere.get_by_role("button", name="状態を見る").click()
    expect(elsewhere.get_by_role("heading", name="なおすところがあります")).to_be_visible()
    expect(elsewhere.get_by_text("お店の地区が、住所とちがいます。")).to_be_visible()
    assert_accessible(elsewhere)
    assert at(elsewhere) == "/shop/join/state"
    elsewhere.get_by_role("button", name="なおす", exact=True).click()
    elsewhere.get_by_role("link", name="お店をなおす").click()
    elsewhere.get_by_role("link", name="なおす 髙﨑商店 中央店").click()
    elsewhere.get_by_label("鹿島", exact=True).check()
    elsewhere.get_by_role("button", name="つぎへ").click()
    elsewhere.get_by_role("link", name="確認にもどる").click()
    expect(elsewhere.get_by_text("まだ送れません")).to_be_visible()
    elsewhere.get_by_role("link", name="お店の約束に、まだ印がついていません").click()
    elsewhere.get_by_label("10の約束を読みました。守ります。").check()
    elsewhere.get_by_role("button", name="なおして、確認にもどる").click()
    elsewhere.get_by_role("button", name="なおした内容を送る").click()


def approved_by_two(city: PayCity, people: People, first: Page, receipt: str) -> str:
    """One clerk examines it, another approves it; the owner's sign-in code."""
    first.goto(f"{city.origin}/staff/shops")
    first.get_by_role("link", name=receipt).click()
    first.get_by_role("button", name="審査済みにする").click()
    first.get_by_role("link", name=receipt).click()
    expect(first.get_by_text("審査したのはあなたです。")).to_be_visible()
    expect(first.get_by_role("button", name="承認する")).to_have_count(0)

    second = clerk(city, people, StaffRole.COMMERCE)
    second.goto(f"{city.origin}/staff/shops")
    second.get_by_role("link", name=receipt).click()
    second.get_by_role("button", name="承認する").click()
    assert_accessible(second)
    return second.locator(".counter-code").inner_text()


def test_a_shop_joins_is_asked_to_correct_and_is_approved_by_two_people(city: PayCity, people: People) -> None:
    receipt, passphrase = applied(city, people)
    first = clerk(city, people, StaffRole.COMMERCE)
    ask_correction(city, first, receipt)
    elsewhere = people.browser_of()
    correct(city, elsewhere, receipt, passphrase)
    code = approved_by_two(city, people, first, receipt)

    elsewhere.goto(f"{city.origin}/shop/join/state")
    expect(elsewhere.get_by_role("heading", name="承認されました")).to_be_visible()
    assert_accessible(elsewhere)
    elsewhere.get_by_role("link", name="お店のログインへ").click()
    elsewhere.get_by_role("link", name="ログイン").last.click()
    elsewhere.get_by_label("コード").first.fill(code)
    elsewhere.get_by_label("コード").first.press("Enter")
    elsewhere.wait_for_url("**/shop/")
    elsewhere.goto(f"{city.origin}/shop/account")
    expect(elsewhere.get_by_text("ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ")).to_be_visible()


def test_an_account_is_checked_while_it_is_typed_and_nothing_is_lost_by_going_back(
    city: PayCity, people: People
) -> None:
    page = people.browser_of()
    page.goto(f"{city.origin}/shop/join")
    page.get_by_role("button", name="申しこみをはじめる").click()
    fill(page, {LEGAL_NAME: "浜のパン屋"})
    page.get_by_role("button", name="つぎへ").click()
    expect(page.get_by_role("alert")).to_contain_text("「電話番号」が空です")
    assert_accessible(page)
    page.get_by_role("alert").get_by_role("link", name="電話番号").click()
    expect(page.get_by_label("電話番号")).to_be_focused()
    page.goto(f"{city.origin}/shop/join/account")
    fill(page, {"銀行の番号（4けた）": "0179", "支店の番号（3けた）": "669"})
    expect(page.locator("[data-part=bank]")).to_have_text("佐賀 鹿島")
    page.get_by_label("口座の名義（カナ）").fill("ハマノパンヤ＆")
    page.get_by_label("口座の名義（カナ）").blur()
    expect(page.get_by_text("7文字目「＆」は、銀行のデータに使えません")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("口座の名義（カナ）").fill("はまのぱんや")
    expect(page.locator("[data-part=printed]")).to_have_text("ﾊﾏﾉﾊﾟﾝﾔ")
    page.go_back()
    expect(page.get_by_role("alert")).to_contain_text("「電話番号」が空です")
    expect(page.get_by_label(LEGAL_NAME)).to_have_value("浜のパン屋")
    page.reload()
    expect(page.get_by_label(LEGAL_NAME)).to_have_value("浜のパン屋")
    page.goto(f"{city.origin}/shop/join")
    page.get_by_role("button", name="つづきを書く").click()
    expect(page.get_by_label(LEGAL_NAME)).to_have_value("浜のパン屋")


def test_a_trade_that_cannot_join_is_told_why(city: PayCity, people: People) -> None:
    page = people.browser_of(locale="en-US")
    page.goto(f"{city.origin}/shop/join")
    page.get_by_role("button", name="Begin the application").click()
    page.goto(f"{city.origin}/shop/join/trade")
    page.get_by_text("Is it one of these?").click()
    page.get_by_label("Pachinko").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("Shops of this trade cannot join")
    assert_accessible(page)


def test_another_account_waits_for_a_second_person_and_can_be_stopped(city: PayCity, people: People) -> None:
    weak = owner(city, people, Acr.POSTCARD)
    weak.goto(f"{city.origin}/shop/account/change")
    expect(weak.get_by_role("link", name="パスキーでログインする")).to_be_visible()
    assert_accessible(weak)

    page = owner(city, people, Acr.PASSKEY)
    page.goto(f"{city.origin}/shop/account")
    assert_accessible(page)
    page.get_by_role("link", name="口座を変える").click()
    fill(page, {**ACCOUNT, "口座の名義（カナ）": "マツオ イチロウ"})
    page.get_by_label("普通").check()
    assert_accessible(page)
    page.get_by_role("button", name="つぎへ").click()
    assert_accessible(page)
    page.get_by_role("button", name="この口座に変えるよう申しこむ").click()
    expect(page.get_by_role("heading", name="申しこみを受け付けました")).to_be_visible()
    assert_accessible(page)

    finance = clerk(city, people, StaffRole.FINANCE)
    finance.goto(f"{city.origin}/staff/shops")
    assert_accessible(finance)
    finance.get_by_role("link", name="松尾パン店").click()
    expect(finance.get_by_role("row", name="口座番号")).to_contain_text("ちがう")
    assert_accessible(finance)
    finance.get_by_role("button", name="確かめたので承認する").click()
    expect(finance.get_by_role("heading", name="口座の変更を承認しました")).to_be_visible()

    weak.goto(f"{city.origin}/shop/account")
    expect(weak.get_by_text("承認されました。")).to_be_visible()
    weak.get_by_role("button", name="この申しこみを止める").click()
    expect(weak.get_by_role("heading", name="止めました")).to_be_visible()
    assert_accessible(weak)
    finance.goto(f"{city.origin}/staff/shops")
    expect(finance.get_by_text("待っている変更はありません。")).to_be_visible()
