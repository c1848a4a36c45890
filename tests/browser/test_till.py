"""A till in a real browser: the resident's code by camera, scanner and keyboard, and the shop's own code."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from identity.model import ShopRole
from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.axe import assert_accessible
from tests.browser.conftest import TELEPHONE
from tests.browser.pay_city import PayCity, pay_city
from tests.browser.till_screen import (
    TillScreen,
    code_of,
    money_rows,
    pays_at_poster,
    till_context,
    till_screen,
)
from tests.conftest import cloned


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    """The city, served by the real server."""
    with cloned(postgres, template) as url, pay_city(url) as running:
        yield running


@pytest.fixture
def till(browser: Browser, city: PayCity) -> Iterator[TillScreen]:
    """A tablet at the bakery, where the owner is signed in."""
    with till_screen(browser, city) as screen:
        yield screen


def test_the_till_reads_the_wallets_own_screen_and_both_show_the_same(
    browser: Browser, city: PayCity, till: TillScreen
) -> None:
    resident = city.resident()
    telephone = till_context(browser, viewport=TELEPHONE)
    city.sign_in(telephone, resident)
    wallet = telephone.new_page()
    wallet.goto(f"{city.origin}/wallet/")
    wallet.get_by_role("button", name="コードを見せる").click()
    shown = wallet.locator("[data-code]")
    expect(shown).to_be_visible()

    till.to_code("1280")
    assert_accessible(till.page)
    till.camera.hold_picture(till.page, shown.screenshot())
    expect(till.received).to_contain_text("1,280円")
    assert_accessible(till.page)
    expect(wallet.get_by_text("1,280円").first).to_be_visible()
    phrase = till.received.locator(".phrase").inner_text()
    expect(wallet.get_by_text(phrase).first).to_be_visible()
    assert till.spoken() == [["ja-JP", "1280円"]]
    assert till.notes() == 5
    assert city.paid(resident) == [1_280]
    telephone.close()


def test_the_clock_of_the_paid_screen_is_the_citys_and_runs(city: PayCity, till: TillScreen) -> None:
    till.charge("500", code_of(city, city.resident()))
    clock = till.received.locator("[data-time]")
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    assert first.split(":")[0] == f"{(city.now().hour + 9) % 24}"


def test_a_scanner_types_into_whatever_has_the_focus_and_the_amount_stays_whole(
    city: PayCity, till: TillScreen
) -> None:
    resident = city.resident()
    till.open()
    till.page.locator("#amount").fill("320")
    till.scan(code_of(city, resident))
    expect(till.received).to_contain_text("320円")
    assert city.paid(resident) == [320]


def test_a_scan_in_the_first_instant_of_the_page_leaves_the_amount_whole_too(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.page.add_init_script("Object.defineProperty(Event.prototype, 'timeStamp', { get: () => 100 })")
    till.open()
    till.page.locator("#amount").fill("777")
    till.scan(code_of(city, resident))
    expect(till.received).to_contain_text("777円")
    assert city.paid(resident) == [777]


def test_a_code_that_is_scanned_first_waits_for_the_amount(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.open()
    till.scan(code_of(city, resident))
    expect(till.page.get_by_text("コードを読みました")).to_be_visible()
    expect(till.page.locator("#amount")).to_have_value("")
    till.page.keyboard.type("450", delay=90)
    till.page.keyboard.press("Enter")
    expect(till.received).to_contain_text("450円")
    assert city.paid(resident) == [450]


def test_a_code_may_be_typed_as_people_type(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    code = code_of(city, resident).lower()
    till.charge("1,000円", " ".join(code[place : place + 4] for place in range(0, len(code), 4)))
    expect(till.received).to_contain_text("1,000円")


def test_the_pad_writes_an_amount_without_zeros_in_front(till: TillScreen) -> None:
    till.open()
    amount = till.page.locator("#amount")
    for key in ("0", "00", "1", "2", "8", "00", "1 文字"):
        name = "1文字 消す" if key == "1 文字" else key
        till.page.get_by_role("button", name=name, exact=True).click()
    expect(amount).to_have_value("1,280")


def test_the_keys_lead_through_a_sale(city: PayCity, till: TillScreen) -> None:
    till.open()
    till.page.keyboard.type("700", delay=90)
    till.page.keyboard.press("Enter")
    expect(till.page.locator("[data-chosen]")).to_have_text("700円")
    till.page.keyboard.press("Escape")
    expect(till.page.locator("#amount")).to_be_focused()
    till.page.keyboard.press("F8")
    till.scan(code_of(city, city.resident()))
    expect(till.received).to_contain_text("700円")
    till.page.keyboard.press("F2")
    expect(till.page.locator("#amount")).to_be_focused()


def test_the_shops_own_code_is_paid_once_and_its_screen_changes(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.open()
    till.page.locator("#amount").fill("540")
    till.page.keyboard.press("F9")
    shown = till.page.locator("[data-shown-code]")
    expect(shown).to_contain_text("540円")
    expect(shown.locator("[data-countdown-left]")).to_contain_text(":")
    assert_accessible(till.page)
    reference = till.page.url.rsplit("/", 1)[1]
    document = till.page.request.get(f"{city.origin}/api/v1/shop/codes/{reference}").json()
    assert (document["state"], document["amount_yen"]) == ("waiting", 540)

    paid = _pays_code(city, till, resident, document["text"])
    expect(till.received).to_contain_text("540円")
    expect(till.received.locator(".phrase")).to_have_text(paid["match_phrase"])
    assert till.spoken() == [["ja-JP", "540円"]]
    assert _pays_code(city, till, city.resident(), document["text"])["code"] == "dynamic_code_paid"
    till.open(f"/shop/codes/{reference}")
    expect(till.page).to_have_url(f"{city.origin}/shop/payments/{paid['payment_id']}")


def _pays_code(city: PayCity, till: TillScreen, resident: object, text: str) -> dict[str, str]:
    """A resident's telephone pays what the code says."""
    context = till_context(till.page.context.browser)  # type: ignore[arg-type]
    city.sign_in(context, resident)  # type: ignore[arg-type]
    answer = context.request.post(
        f"{city.origin}/api/v1/wallet/payments",
        data={"code": text, "amount_yen": 540},
        headers={"Origin": city.origin, "Idempotency-Key": "from the telephone"},
    )
    document: dict[str, str] = answer.json()
    context.close()
    return document


def test_practice_looks_different_and_writes_nothing(city: PayCity, till: TillScreen) -> None:
    before = money_rows(city)
    till.open("/shop/practice")
    expect(till.page.locator("body.practice")).to_be_visible()
    assert_accessible(till.page)
    till.page.locator("#amount").fill("1280")
    till.page.get_by_role("button", name="読んだことにして、受け取る").click()
    expect(till.page.get_by_role("heading", name="れんしゅう: 受け取りました")).to_be_visible()
    assert_accessible(till.page)
    till.open("/shop/practice/taken-back")
    assert_accessible(till.page)
    assert money_rows(city) == before


@pytest.mark.parametrize("path", ["/shop/charge", "/shop/", "/shop/practice"])
def test_a_till_in_the_dark_is_accessible_too(browser: Browser, city: PayCity, path: str) -> None:
    with till_screen(browser, city, color_scheme="dark") as till:
        till.open(path)
        assert_accessible(till.page)


def test_in_practice_payments_that_nobody_made_arrive(till: TillScreen) -> None:
    till.page.clock.install()
    till.open("/shop/practice")
    expect(till.arrivals).to_have_count(0)
    till.page.clock.run_for(8_500)
    expect(till.arrivals).to_have_count(1)
    expect(till.arrivals).to_contain_text("れんしゅう")
    assert till.spoken() == [["ja-JP", "1280円"]]


def test_a_cashier_voids_in_three_taps_and_may_not_refund(browser: Browser, city: PayCity) -> None:
    resident = city.resident()
    pays_at_poster(city, resident, 800)
    with till_screen(browser, city, role=ShopRole.CASHIER) as till:
        till.open("/shop/")
        till.page.locator(".movement", has_text="800円").click()
        expect(till.page.get_by_role("link", name="返金")).to_have_count(0)
        till.page.get_by_role("link", name="金額をまちがえた").click()
        assert_accessible(till.page)
        till.page.get_by_role("button", name="全額を取り消す").click()
        done = till.page.locator("[data-given-back]")
        expect(done).to_contain_text("取り消しました")
        expect(done).to_contain_text("金額をまちがえた")
        assert till.notes() == 3
        assert_accessible(till.page)
    assert city.left_yen(resident) == 8_000


def test_the_owner_refunds_a_part(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    paid = pays_at_poster(city, resident, 900)
    till.open(f"/shop/payments/{paid.payment_id}/refund?reason=goods_returned")
    assert_accessible(till.page)
    till.page.locator("#amount").fill("300")
    till.page.get_by_role("button", name="つぎへ").click()
    expect(till.page.get_by_text("商品がもどってきた")).to_be_visible()
    assert_accessible(till.page)
    till.page.get_by_role("button", name="300円を返金する").click()
    expect(till.page.locator("[data-given-back]")).to_contain_text("−300円")
    assert city.left_yen(resident) == 7_400


@pytest.mark.parametrize("path", ["/shop/charge", "/shop/", "/shop/refunds", "/shop/tills", "/shop/practice"])
@pytest.mark.parametrize("locale", ["ja-JP", "en-US"])
def test_every_screen_is_accessible_in_both_languages_on_a_small_telephone(
    browser: Browser, city: PayCity, locale: str, path: str
) -> None:
    with till_screen(browser, city, locale=locale, viewport={"width": 320, "height": 568}) as till:
        till.open(path)
        expect(till.page.locator("html")).to_have_attribute("lang", locale[:2])
        assert_accessible(till.page)
        assert till.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
