"""Paying by showing a code: one tap, renewed by itself, honest without a network, and the paid screen comes."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from kernel.refusals import Refusal
from ledger.refusals import ValueNotEnough
from payments.codes.picture import code_svg
from payments.model import PaymentReceipt
from tests.browser.paying import Telephone, cut
from tests.browser.paying import city as city
from tests.browser.paying import telephone as telephone

CODES = "**/api/v1/wallet/codes"
NOTE_WAKE_LOCKS = """
window.locks = [];
Object.defineProperty(navigator, 'wakeLock', { value: { request: async (kind) => {
  const lock = { kind, isReleased: false, release: async () => { lock.isReleased = true; } };
  window.locks.push(lock);
  return lock;
} } });
"""


def show_code(telephone: Telephone) -> str:
    """One tap on the first screen; answers the code that is shown."""
    page = telephone.open()
    page.get_by_role("button", name=re.compile("コードを見せる")).click()
    expect(page.get_by_role("heading", name="この画面をレジで見せてください")).to_be_visible()
    return shown(page)


def shown(page: Page) -> str:
    return page.locator("[data-text]").inner_text().replace(" ", "")


def test_one_tap_shows_a_code_and_the_paid_screen_comes_by_itself(telephone: Telephone) -> None:
    telephone.page.add_init_script(NOTE_WAKE_LOCKS)
    code = show_code(telephone)
    page = telephone.page
    assert page.locator("[data-picture]").inner_html() == page.evaluate(
        "svg => { const box = document.createElement('div'); box.innerHTML = svg; return box.innerHTML; }",
        code_svg(code),
    )
    assert page.evaluate("locks.map(({ kind, isReleased }) => [kind, isReleased])") == [["screen", False]]
    receipt = telephone.city.charge(code, 640)
    assert isinstance(receipt, PaymentReceipt)
    telephone.see_paid("640円")
    expect(page.locator("[data-phrase]")).to_have_text(receipt.match_phrase)
    assert page.evaluate("locks.map(({ isReleased }) => isReleased)") == [True]
    assert telephone.paid == [640]


def test_the_panel_is_white_in_dark_mode_too(telephone: Telephone) -> None:
    telephone.page.emulate_media(color_scheme="dark")
    show_code(telephone)
    panel = telephone.page.locator(".code")
    assert panel.evaluate("part => getComputedStyle(part).backgroundColor") == "rgb(255, 255, 255)"


def test_the_code_renews_itself_before_it_ends_and_the_one_before_still_works_for_a_moment(
    telephone: Telephone,
) -> None:
    telephone.page.clock.install()
    first = show_code(telephone)
    page = telephone.page
    page.clock.run_for(30_000)
    expect(page.locator("[data-countdown]")).to_have_text("あと 30 秒")
    with page.expect_response(CODES):
        page.clock.run_for(27_000)
    expect(page.locator("[data-text]")).not_to_have_text(re.compile("^" + first[:4] + " " + first[4:8]))
    second = shown(page)
    assert isinstance(telephone.city.charge(first, 300), PaymentReceipt)
    assert isinstance(telephone.city.charge(second, 200), PaymentReceipt)
    assert telephone.paid == [300, 200]


def test_without_a_network_an_ended_code_is_hidden_and_comes_back_with_the_network(telephone: Telephone) -> None:
    telephone.page.clock.install()
    first = show_code(telephone)
    page = telephone.page
    page.route(CODES, cut)
    page.clock.run_for(57_000)
    expect(page.get_by_text("つながっていません。")).to_be_visible()
    expect(page.locator("[data-picture]")).to_be_visible()
    page.clock.run_for(5_000)
    expect(page.locator("[data-picture]")).to_be_hidden()
    expect(page.get_by_text("このコードは もう使えません。")).to_be_visible()
    page.unroute(CODES)
    with page.expect_response(CODES):
        page.clock.run_for(4_000)
    expect(page.locator("[data-picture]")).to_be_visible()
    expect(page.get_by_text("つながっていません。")).to_be_hidden()
    assert shown(page) != first
    assert telephone.paid == []


def test_a_charge_that_the_shop_could_not_make_is_told_with_a_new_code(telephone: Telephone) -> None:
    first = show_code(telephone)
    page = telephone.page
    assert isinstance(telephone.city.charge(first, 8_001), ValueNotEnough)
    expect(page.get_by_text("お店での お支払いは できませんでした。")).to_be_visible()
    expect(page.locator("[data-text]")).not_to_have_text(re.compile(first[4:8]))
    assert isinstance(telephone.city.charge(first, 100), Refusal)
    assert isinstance(telephone.city.charge(shown(page), 100), PaymentReceipt)
    telephone.see_paid("100円")
    assert telephone.paid == [100]


def test_reloading_asks_nothing_and_makes_no_code(telephone: Telephone) -> None:
    first = show_code(telephone)
    telephone.page.reload()
    expect(telephone.page.get_by_role("button", name="コードを出す(60秒)")).to_be_visible()
    assert isinstance(telephone.city.charge(first, 100), PaymentReceipt)


def test_whose_sign_in_ended_is_told_on_the_code(telephone: Telephone) -> None:
    telephone.page.clock.install()
    show_code(telephone)
    context: BrowserContext = telephone.page.context
    context.clear_cookies()
    telephone.page.clock.run_for(57_000)
    expect(telephone.page.get_by_text("ログインの時間が 終わりました。")).to_be_visible()
