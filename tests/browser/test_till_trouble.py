"""What goes wrong at a till: each screen says what happened, whether money moved, and what to do next."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kernel.embedded_postgres import EmbeddedPostgres
from merchants.operations.resume_merchant import resume_merchant
from merchants.operations.suspend_merchant import suspend_merchant
from payments.codes.dynamic_code import DYNAMIC_LIFETIME
from payments.operations.issue_dynamic_code import issue_dynamic_code
from tests.browser.axe import assert_accessible
from tests.browser.pay_city import MARKET, PayCity, pay_city
from tests.browser.till_screen import TillScreen, code_of, till_screen
from tests.conftest import cloned
from tests.payments.shop_world import CLERK

NOT_MOVED = "お金は動いていません"
SHORTLY = timedelta(seconds=8)


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


def refused(page: Page, what: str) -> None:
    """See a refusal that says what happened, that no money moved, and one thing to do next."""
    main = page.locator("main")
    expect(main).to_contain_text(what)
    expect(main).to_contain_text(NOT_MOVED)
    expect(main.locator(".button-first")).to_be_visible()
    assert_accessible(page)


def test_a_code_that_is_too_old_such_as_a_picture_of_one(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.charge("500", code_of(city, resident, at=city.now() - timedelta(minutes=3)))
    refused(till.page, "コードの有効時間")
    assert till.notes() == 2
    assert city.paid(resident) == []


def test_a_code_that_was_used(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    code = code_of(city, resident)
    city.charge(code, 300)
    till.charge("500", code)
    expect(till.page.get_by_text("このコードは一度使われています")).to_be_visible()
    expect(till.page.get_by_role("link", name="きょうの一覧を見る")).to_be_visible()
    assert_accessible(till.page)
    assert city.paid(resident) == [300]


def test_a_code_that_somebody_else_replaced_by_chance_letters(till: TillScreen) -> None:
    till.charge("500", "KSP1 ABCD EFGH JKMN PQRS TVWX YZAB CDEF")
    expect(till.page.locator("#code-error")).to_contain_text("コードを読み取れませんでした")
    expect(till.page.locator("[data-chosen]")).to_have_text("500円")
    assert_accessible(till.page)


def test_a_foreign_code_before_the_camera(till: TillScreen) -> None:
    till.to_code("500")
    till.camera.hold(till.page, "https://example.com/menu")
    expect(till.page.locator("#code-error")).to_contain_text(NOT_MOVED)
    assert_accessible(till.page)


@pytest.mark.parametrize(
    ("fault", "said"),
    [("NotAllowedError", "端末の設定でカメラを許すか"), ("NotFoundError", "この端末にはカメラがありません")],
)
def test_without_a_camera_the_other_ways_are_told(city: PayCity, till: TillScreen, fault: str, said: str) -> None:
    till.camera.fail(fault)
    till.to_code("500")
    expect(till.page.get_by_text(said)).to_be_visible()
    assert_accessible(till.page)
    till.scan(code_of(city, city.resident()))
    expect(till.received).to_contain_text("500円")


def test_a_double_tap_pays_once(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.to_code("500")
    till.page.locator("#code").fill(code_of(city, resident))
    till.page.get_by_role("button", name="この金額を受け取る").dblclick()
    expect(till.received).to_contain_text("500円")
    assert city.paid(resident) == [500]


def test_two_tabs_with_one_code_pay_once(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    code = code_of(city, resident)
    other = TillScreen(city, till.page.context.new_page(), till.camera, till.user_id)
    other.to_code("500")
    till.charge("500", code)
    expect(till.received).to_contain_text("500円")
    other.page.locator("#code").fill(code)
    other.page.get_by_role("button", name="この金額を受け取る").click()
    expect(other.page.get_by_text("このコードは一度使われています")).to_be_visible()
    assert city.paid(resident) == [500]


@pytest.mark.parametrize("is_after", [False, True])
def test_a_cut_line_is_no_failure_and_the_check_tells_the_truth(
    city: PayCity, till: TillScreen, is_after: bool
) -> None:
    """Cut before the server heard it, or after it answered: the check pays once, or finds that it was paid."""
    resident = city.resident()

    def cut(route: Route) -> None:
        if is_after:
            route.fetch(max_redirects=0)
        route.abort()

    till.to_code("500")
    till.page.locator("#code").fill(code_of(city, resident))
    till.page.route("**/shop/charge", cut)
    till.page.get_by_role("button", name="この金額を受け取る").click()
    expect(till.page.get_by_role("heading", name="まだ 確定していません")).to_be_visible()
    expect(till.page.get_by_text("何回押しても")).to_be_visible()
    assert_accessible(till.page)
    assert city.paid(resident) == ([500] if is_after else [])
    till.page.get_by_role("button", name="結果をたしかめる").click()
    expect(till.page.get_by_role("heading", name="まだ 確定していません")).to_be_visible()
    till.page.unroute("**/shop/charge")
    till.page.get_by_role("button", name="結果をたしかめる").click()
    expect(till.received).to_contain_text("500円")
    assert city.paid(resident) == [500]


def test_a_slow_line_says_that_somebody_should_wait(city: PayCity, till: TillScreen) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    till.to_code("500")
    till.page.locator("#code").fill(code_of(city, city.resident()))
    till.page.route("**/shop/charge", hold)
    till.page.get_by_role("button", name="この金額を受け取る").click()
    expect(till.page.get_by_text("もういちど押さなくて大丈夫です")).to_be_visible()
    waiting[0].continue_()
    expect(till.received).to_contain_text("500円")


def test_a_session_that_ended_charges_nothing_and_says_so(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.to_code("500")
    till.page.locator("#code").fill(code_of(city, resident))
    till.page.context.clear_cookies()
    till.page.get_by_role("button", name="この金額を受け取る").click()
    expect(till.page.get_by_role("heading", name="ログインしてください")).to_be_visible()
    expect(till.page.get_by_text("そのあとに送ろうとした操作は、おこなわれていません")).to_be_visible()
    assert_accessible(till.page)
    assert city.paid(resident) == []


def test_a_suspended_shop(browser: Browser, city: PayCity) -> None:
    merchant_id, now = city.store(MARKET).merchant_id, city.now()
    resident = city.resident()
    city.staff.run(lambda session: suspend_merchant(session, merchant_id, by=CLERK, reason="調査", now=now))
    with till_screen(browser, city, MARKET) as till:
        till.charge("500", code_of(city, resident))
        refused(till.page, "商工観光課へご連絡ください")
        till.sells("500")
        till.page.keyboard.press("F9")
        refused(till.page, "商工観光課へご連絡ください")
    city.staff.run(lambda session: resume_merchant(session, merchant_id, by=CLERK, reason="解決", now=now))
    assert city.paid(resident) == []


def test_more_than_the_resident_has_says_no_balance(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.charge("9000", code_of(city, resident))
    refused(till.page, "9,000円")
    expect(till.page.locator("main")).not_to_contain_text("8,000")
    assert city.paid(resident) == []


def test_an_amount_that_is_none_is_said_at_its_field(browser: Browser, city: PayCity) -> None:
    resident = city.resident()
    with till_screen(browser, city, java_script_enabled=False) as till:
        till.open()
        till.page.locator("#amount").fill("0")
        till.page.locator("#code").fill(code_of(city, resident))
        till.page.locator("#code").press("Enter")
        expect(till.page.locator("#amount-error")).to_contain_text(NOT_MOVED)
    assert city.paid(resident) == []


def test_the_shops_code_after_its_time_is_not_paid_and_a_new_one_is_one_tap_away(
    city: PayCity, till: TillScreen
) -> None:
    store_id, now = city.store().store_id, city.now()
    code = city.pay.run(
        lambda session: issue_dynamic_code(
            session, store_id=store_id, amount_yen=500, issued_by=till.user_id, now=now - DYNAMIC_LIFETIME + SHORTLY
        )
    )
    till.open(f"/shop/codes/{code.reference}")
    expect(till.page.locator("[data-shown-code]")).to_be_visible()
    expect(till.page.get_by_role("heading", name="このQRは、時間が過ぎました")).to_be_visible(timeout=20_000)
    refused(till.page, "新しいQRを出してください")
    till.page.get_by_role("button", name="新しいQRを出す").click()
    expect(till.page.locator("[data-shown-code]")).to_contain_text("500円")


def test_a_code_of_another_shop_or_of_none_is_not_there(till: TillScreen) -> None:
    till.open(f"/shop/codes/{'A' * 22}")
    refused(till.page, "このお店のものと確認できませんでした")


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_refusals_speak_the_pages_language(browser: Browser, city: PayCity, locale: str) -> None:
    with till_screen(browser, city, locale=locale) as till:
        till.to_code("500")
        till.page.locator("#code").fill(code_of(city, city.resident(), at=city.now() - timedelta(minutes=3)))
        till.page.locator("[data-charge-now]").click()
        moved = "No money has moved" if locale == "en-US" else NOT_MOVED
        expect(till.page.locator("main")).to_contain_text(moved)
        assert_accessible(till.page)
