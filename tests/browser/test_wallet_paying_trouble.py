"""What can go wrong while somebody pays: each has a screen that tells the truth, and the books have it once or not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from kernel.ids import new_id
from merchants.operations.resume_merchant import resume_merchant
from merchants.operations.revoke_poster import revoke_poster
from merchants.operations.suspend_merchant import suspend_merchant
from payments.codes.dynamic_code import DYNAMIC_LIFETIME
from payments.codes.emvco import checksum_of
from tests.browser.axe import assert_accessible
from tests.browser.pay_city import MARKET, PayCity
from tests.browser.paying import Telephone, cut, cut_after_the_answer, telephone_of
from tests.browser.paying import city as city
from tests.browser.paying import telephone as telephone

PAY, CHECK, UNKNOWN = "**/wallet/pay", "**/wallet/pay/check?*", "お支払いは まだ 確定していません"
NOT_THIS_CODE = "このコードでは払えません"


def test_tapping_twice_pays_once(telephone: Telephone) -> None:
    telephone.confirm().locator(".pay-button").dblclick()
    telephone.see_paid()
    assert telephone.paid == [1_280]


def test_going_back_and_paying_in_a_second_tab_pays_once(telephone: Telephone) -> None:
    page = telephone.confirm()
    confirmation = page.url
    second = page.context.new_page()
    second.goto(confirmation)
    telephone.pay()
    telephone.see_paid()
    paid = page.url
    second.locator(".pay-button").click()
    expect(second).to_have_url(paid)
    page.goto(confirmation)
    expect(page).to_have_url(re.compile(re.escape(paid)))
    assert telephone.paid == [1_280]


def test_a_slow_answer_is_waited_for_honestly(telephone: Telephone) -> None:
    held: list[Route] = []
    page = telephone.confirm()

    def hold(route: Route) -> None:
        held.append(route)

    page.route(PAY, hold)
    telephone.pay()
    expect(page.get_by_role("button", name="払っています…")).to_be_visible()
    expect(page.get_by_text("確認しています… このままお待ちください。")).to_be_visible()
    held[0].continue_()
    telephone.see_paid()
    assert telephone.paid == [1_280]


def test_reloading_while_a_payment_is_under_way_shows_what_became_of_it(telephone: Telephone) -> None:
    page = telephone.confirm()
    with page.expect_request(PAY):
        page.route(PAY, lambda route: route.fetch(max_redirects=0))
        telephone.pay()
    expect(page.get_by_text("確認しています… このままお待ちください。")).to_be_visible()
    page.reload()
    telephone.see_paid()
    assert telephone.paid == [1_280]
    expect(telephone.open().locator("[data-pending-payment]")).to_be_hidden()


def test_a_network_that_fails_before_leaves_a_choice_and_pays_at_most_once(telephone: Telephone) -> None:
    page = telephone.confirm()
    page.route(PAY, cut)
    telephone.pay()
    expect(page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    expect(page.get_by_text("もういちど払")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("link", name="確かめる").click()
    expect(page.get_by_text("まだ とどいていません。")).to_be_visible()
    assert telephone.paid == []
    page.unroute(PAY)
    page.get_by_role("button", name="いま 1,280円 を払う").click()
    telephone.see_paid()
    assert telephone.paid == [1_280]
    expect(telephone.open().locator("[data-pending-payment]")).to_be_hidden()


def test_a_payment_that_was_given_up_is_never_made_however_late_it_arrives(telephone: Telephone) -> None:
    page = telephone.confirm()
    late: list[Route] = []

    def lose(route: Route) -> None:
        late.append(route)
        route.abort()

    page.route(PAY, lose)
    telephone.pay()
    page.get_by_role("link", name="確かめる").click()
    page.get_by_role("button", name="払うのを やめる").click()
    expect(page.get_by_role("heading", name="払うのを やめました")).to_be_visible()
    form = late[0].request.post_data
    headers = {"Origin": telephone.city.origin, "Content-Type": "application/x-www-form-urlencoded"}
    arrived = page.request.post(f"{telephone.city.origin}/wallet/pay", data=form, headers=headers)
    assert arrived.status == 409
    assert "とりやめました" in arrived.text()
    assert telephone.paid == []


def test_a_network_that_fails_after_the_server_answered_is_found_out_by_checking(telephone: Telephone) -> None:
    page = telephone.confirm()
    page.route(PAY, cut_after_the_answer)
    telephone.pay()
    expect(page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    page.route(CHECK, cut)
    page.get_by_role("link", name="確かめる").click()
    expect(page.get_by_text("まだ つながりません。")).to_be_visible()
    page.unroute(CHECK)
    page.get_by_role("link", name="確かめる").click()
    telephone.see_paid()
    assert telephone.paid == [1_280]


def test_closing_the_page_loses_nothing(telephone: Telephone) -> None:
    page = telephone.confirm()
    page.route(PAY, cut_after_the_answer)
    telephone.pay()
    expect(page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    telephone.page = page.context.new_page()
    page.close()
    home = telephone.open()
    notice = home.locator("[data-pending-payment]")
    expect(notice).to_be_visible()
    assert_accessible(home)
    notice.get_by_role("link", name="確かめる").click()
    telephone.see_paid()
    assert telephone.paid == [1_280]
    expect(telephone.open().locator("[data-pending-payment]")).to_be_hidden()


def test_whose_session_ended_signs_in_and_comes_back_to_look(telephone: Telephone) -> None:
    page = telephone.confirm()
    page.context.clear_cookies()
    telephone.pay()
    expect(page).to_have_url(re.compile("/wallet/sign-in"))
    telephone.city.sign_in(page.context, telephone.resident)
    telephone.open().locator("[data-pending-payment]").get_by_role("link", name="確かめる").click()
    expect(page.get_by_text("まだ とどいていません。")).to_be_visible()
    assert telephone.paid == []


def test_more_than_there_is_is_refused_with_what_can_be_done(telephone: Telephone) -> None:
    page = telephone.confirm(8_000)
    telephone.city.pay_often(telephone.resident, "S001", [1_000])
    telephone.pay()
    expect(page.get_by_role("heading", name="払われていません")).to_be_visible()
    expect(page.get_by_text("かしまんPAYで 7,000円、現金で 1,000円 を 払えます。")).to_be_visible()
    expect(page.locator(".reference")).to_have_text(re.compile(r"^\d{4}-\d{4}$"))
    assert {hertz for hertz, _ in page.evaluate("notes")} == {196}
    page.get_by_role("link", name="金額をかえる").click()
    expect(page.get_by_label("はらう金額(円)")).to_have_value("7,000")
    assert telephone.paid == [1_000]


def damaged(city: PayCity) -> str:
    text = city.poster()[1]
    return text[:-4] + ("0000" if text[-4:] != "0000" else "0001")


def forged(city: PayCity) -> str:
    """Another shop's number in a code that was signed for this one, with a checksum that fits."""
    number, text = city.poster()
    other, _ = city.poster(MARKET)
    unsealed = text.replace(number, other)[:-4]
    return unsealed + checksum_of(unsealed)


def revoked(city: PayCity) -> str:
    number, text = city.poster()
    city.staff.run(lambda session: revoke_poster(session, number, now=city.now()))
    return text


def expired(city: PayCity) -> str:
    return city.dynamic_code(500, at=city.now() - DYNAMIC_LIFETIME)


TROUBLE: list[tuple[str, Callable[[PayCity], str], str]] = [
    ("a web page", lambda _: "https://example.com/pay?id=1", "かしまんPAYのコードではありません"),
    ("a resident's code", lambda _: "KSP1" + "0" * 28, "かしまんPAYのコードではありません"),
    ("damaged", damaged, "コードを正しく読み取れませんでした"),
    ("swapped", forged, "市が発行したコードか確認できませんでした"),
    ("revoked", revoked, "ポスター"),
    ("expired", expired, ""),
]


@pytest.mark.parametrize(("shown", "says"), [row[1:] for row in TROUBLE], ids=[row[0] for row in TROUBLE])
def test_a_code_that_cannot_be_paid_at_says_so_and_that_no_money_moved(
    telephone: Telephone, shown: Callable[[PayCity], str], says: str
) -> None:
    telephone.scan(shown(telephone.city))
    page = telephone.page
    expect(page.get_by_role("heading", name=NOT_THIS_CODE)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(says)
    expect(page.get_by_role("alert")).to_contain_text("お金は動いていません")
    expect(page.locator(".reference")).to_have_text(re.compile(r"^\d{4}-\d{4}$"))
    assert_accessible(page)
    assert telephone.paid == []


def test_a_suspended_shop_takes_nothing_even_when_the_confirmation_was_open(city: PayCity, browser: Browser) -> None:
    market, clerk_id = city.store(MARKET), new_id()
    with telephone_of(city, browser) as telephone:
        page = telephone.confirm(500, MARKET)
        city.staff.run(
            lambda session: suspend_merchant(session, market.merchant_id, by=clerk_id, reason="休み", now=city.now())
        )
        try:
            telephone.pay()
            expect(page.get_by_role("heading", name="払われていません")).to_be_visible()
            telephone.scan(city.poster(MARKET)[1])
            expect(page.get_by_role("heading", name=NOT_THIS_CODE)).to_be_visible()
        finally:
            city.staff.run(
                lambda session: resume_merchant(session, market.merchant_id, by=clerk_id, reason="再開", now=city.now())
            )
        assert telephone.paid == []
