"""Paying at a shop's code, as people do it: scan, type, look at it together, pay; what the books say is what counts."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Route, expect

from payments.codes.picture import code_png
from tests.browser.axe import assert_accessible
from tests.browser.pay_city import MARKET, PayCity
from tests.browser.paying import Telephone, telephone_of
from tests.browser.paying import city as city
from tests.browser.paying import telephone as telephone

PAID_HERTZ, REFUNDED_HERTZ = {784, 1047, 1319, 1568, 3136}, {880, 659, 523}


def test_from_home_to_paid_by_scanning_takes_three_taps(telephone: Telephone) -> None:
    page = telephone.open()
    _, text = telephone.city.poster()
    page.get_by_role("link", name="お店のコードを読む").click()
    telephone.camera.hold(page, text)
    expect(page.get_by_role("heading", name="松尾パン店")).to_be_visible()
    page.keyboard.type("01280")
    expect(page.get_by_label("はらう金額(円)")).to_have_value("1,280")
    page.get_by_role("button", name="つぎへ(まだ払いません)").click()
    assert telephone.paid == []
    page.get_by_role("button", name="1,280円 を払う").click()
    telephone.see_paid()
    expect(page.locator("[data-shop]")).to_have_text("松尾パン店")
    assert telephone.paid == [1_280]
    notes = page.evaluate("notes")
    assert {hertz for hertz, _ in notes} == PAID_HERTZ
    assert {state for _, state in notes} == {"running"}


def test_the_pad_types_without_a_keyboard(telephone: Telephone) -> None:
    number, _ = telephone.city.poster()
    page = telephone.open(f"/wallet/pay/amount?code={number}")
    pad, field = page.get_by_role("group", name="数字のボタン"), page.get_by_label("はらう金額(円)")
    for key, shown in (("0", ""), ("00", ""), ("1", "1"), ("2", "12"), ("00", "1,200"), ("5", "12,005")):
        pad.get_by_role("button", name=key, exact=True).click()
        expect(field).to_have_value(shown)
    pad.get_by_role("button", name="1文字 消す").click()
    expect(field).to_have_value("1,200")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="1,200円 を払う")).to_be_visible()


def test_a_code_with_an_amount_leads_straight_to_the_confirmation_and_is_paid_once(
    telephone: Telephone, browser: Browser
) -> None:
    text = telephone.city.dynamic_code(860)
    telephone.scan(text)
    expect(telephone.page.get_by_text("金額は お店が入れたものです。")).to_be_visible()
    telephone.pay()
    telephone.see_paid("860円")
    assert telephone.paid == [860]
    with telephone_of(telephone.city, browser) as second:
        second.scan(text)
        expect(second.page.get_by_role("heading", name="このコードでは払えません")).to_be_visible()
        assert second.paid == []


@pytest.mark.parametrize("how", ["number", "keyboard scanner", "photo"])
def test_there_are_other_ways_than_the_camera(telephone: Telephone, how: str) -> None:
    number, text = telephone.city.poster()
    page = telephone.open("/wallet/pay")
    expect(page.get_by_text("お店のコードを、わくの中に 映してください。")).to_be_visible()
    if how == "number":
        page.get_by_label("お店の番号").fill(f" {number[:4].lower()}-{number[4:]} ")
        page.get_by_label("お店の番号").press("Enter")
    elif how == "photo":
        page.get_by_label("写真から読み取る").set_input_files(
            {"name": "poster.png", "mimeType": "image/png", "buffer": code_png(text)}
        )
    else:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="松尾パン店")).to_be_visible()


def test_the_confirmation_is_turned_to_the_cashier_and_back(telephone: Telephone) -> None:
    page = telephone.confirm()
    page.get_by_role("button", name=re.compile("お店の人に向ける")).click()
    cashier = page.get_by_role("dialog", name="お店の人が見る画面")
    expect(cashier.get_by_text("松尾パン店")).to_be_visible()
    expect(cashier.get_by_text("1,280円")).to_be_visible()
    assert cashier.locator(".turned").evaluate("part => getComputedStyle(part).rotate") == "180deg"
    page.get_by_role("button", name="もとの向きに もどす").click()
    expect(cashier).to_be_hidden()
    assert telephone.paid == []


def test_what_is_not_enough_is_paid_as_far_as_it_goes_and_the_rest_in_cash(telephone: Telephone) -> None:
    page = telephone.confirm(8_220)
    expect(page.locator(".uses-cash")).to_have_text(re.compile("現金で.*220円", re.DOTALL))
    page.get_by_role("button", name="かしまんPAYで 8,000円(つぎへ)").click()
    telephone.pay()
    telephone.see_paid("8,000円")
    assert telephone.paid == [8_000]
    assert telephone.city.left_yen(telephone.resident) == 0


def test_value_for_small_shops_is_not_promised_at_a_large_one(telephone: Telephone) -> None:
    page = telephone.confirm(5_001, MARKET)
    expect(page.locator(".uses")).not_to_contain_text("専用券")
    expect(page.locator(".uses-cash")).to_contain_text("1円")
    telephone.confirm(5_000, MARKET)
    telephone.pay()
    telephone.see_paid("5,000円")
    assert telephone.paid == [5_000]


def test_an_amount_far_above_what_is_usual_is_pointed_out(telephone: Telephone) -> None:
    regular = telephone.city.resident()
    usual = telephone.city.pay_often(regular, MARKET, [90, 100, 100, 100, 100, 100, 100, 100, 100, 400])
    assert usual == 100
    expect(telephone.confirm(300, MARKET).get_by_text("いつもより 大きい金額です。")).to_be_hidden()
    expect(telephone.confirm(301, MARKET).get_by_text("いつもより 大きい金額です。")).to_be_visible()


def test_the_running_clock_is_the_citys_and_not_the_devices(telephone: Telephone) -> None:
    telephone.confirm()
    telephone.pay()
    telephone.see_paid()
    clock = telephone.page.locator("[data-clock]")
    shown = re.search(r"いま (\d+):(\d\d):(\d\d)", clock.inner_text())
    assert shown is not None
    hours, minutes, seconds = map(int, shown.groups())
    now = telephone.city.now() + timedelta(hours=9)
    assert abs((hours * 60 + minutes) * 60 + seconds - (now.hour * 60 + now.minute) * 60 - now.second) < 10
    expect(clock).not_to_have_text(shown[0])


def test_a_result_that_the_city_did_not_sign_is_never_shown_as_paid(telephone: Telephone) -> None:
    def forge(route: Route) -> None:
        answer = route.fetch()
        head, body, signature = re.findall(r'data-result="([^"]+)"', answer.text())[0].split(".")
        forged = f"{head}.{body[:-6]}{'A' * 6}.{signature}"
        route.fulfill(response=answer, body=answer.text().replace(f"{head}.{body}.{signature}", forged))

    telephone.page.route("**/wallet/pay", forge)
    telephone.confirm()
    telephone.pay()
    expect(telephone.page.get_by_role("heading", name="この画面は 確かめられませんでした")).to_be_visible()
    expect(telephone.page.get_by_text("払いました")).to_have_count(0)


def test_a_payment_that_was_given_back_looks_and_sounds_different(telephone: Telephone) -> None:
    page = telephone.confirm()
    telephone.pay()
    telephone.see_paid()
    telephone.city.void(page.url.rsplit("/", 1)[1])
    page.reload()
    expect(page.get_by_role("heading", name="お金が もどりました")).to_be_visible()
    expect(page.locator(".stripe")).to_have_count(0)
    page.get_by_role("button", name="もう一度 音を鳴らす").click()
    assert {hertz for hertz, _ in page.evaluate("notes")} == REFUNDED_HERTZ
    assert telephone.city.left_yen(telephone.resident) == 8_000


def test_the_stripe_moves_in_steps_for_those_who_want_less_motion(telephone: Telephone) -> None:
    telephone.page.emulate_media(reduced_motion="reduce")
    telephone.confirm()
    telephone.pay()
    telephone.see_paid()
    timing = telephone.page.locator(".stripe").evaluate("part => getComputedStyle(part).animationTimingFunction")
    assert timing == "steps(4)"


def test_amounts_stay_hidden_until_somebody_wants_to_see_them(telephone: Telephone) -> None:
    page = telephone.open()
    expect(page.get_by_text("8,000円")).to_be_visible()
    page.get_by_role("button", name="金額をかくす").click()
    expect(page.get_by_text("かくしています")).to_be_visible()
    assert "000円" not in telephone.open().locator("main").inner_text()
    page.get_by_role("button", name="金額を見せる").click()
    expect(page.get_by_text("8,000円")).to_be_visible()


def test_everything_works_without_scripts(city: PayCity, browser: Browser) -> None:
    with telephone_of(city, browser, java_script_enabled=False) as telephone:
        number, _ = city.poster()
        page = telephone.open()
        page.get_by_role("link", name="お店のコードを読む").click()
        page.get_by_label("お店の番号").fill(number)
        page.get_by_role("button", name="つぎへ(まだ払いません)").click()
        page.get_by_label("はらう金額(円)").fill("1,280円")
        page.get_by_role("button", name="つぎへ(まだ払いません)").click()
        telephone.pay()
        expect(page.get_by_role("heading", name="払いました")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="払いました")).to_be_visible()
        assert telephone.paid == [1_280]


@pytest.fixture(params=["ja light", "ja dark", "en light", "en dark"])
def looked_at(city: PayCity, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Telephone]:
    """A telephone in each language, light and dark."""
    language, scheme = request.param.split()
    locale = {"ja": "ja-JP", "en": "en-GB"}[language]
    with telephone_of(city, browser, locale=locale, color_scheme=scheme) as telephone:
        yield telephone


def test_every_screen_of_paying_is_accessible(looked_at: Telephone) -> None:
    page, city = looked_at.page, looked_at.city
    number, text = city.poster()
    for path in ("/wallet/", "/wallet/code", "/wallet/pay", "/wallet/pay/amount?code=wrong"):
        assert_accessible(looked_at.open(path))
    looked_at.open().locator('form[action="/wallet/code"] button').click()
    expect(page.locator("[data-code]")).to_be_visible()
    assert_accessible(page)
    looked_at.scan(text)
    expect(page.locator("form[data-amount]")).to_be_visible()
    assert_accessible(page)
    assert_accessible(looked_at.open(f"/wallet/pay/confirm?code={number}&amount=9000"))
    assert_accessible(looked_at.open(f"/wallet/pay/check?code={number}&amount_yen=500&form_key=none-yet"))
    page.locator("button.button-danger").click()
    expect(page.locator("[data-sound=failed]")).to_be_visible()
    assert_accessible(page)
    assert_accessible(looked_at.open("/wallet/pay/amount?by=camera&code=https://example.com"))
    looked_at.confirm()
    page.locator("[data-turn]").click()
    assert_accessible(page)
    page.locator("[data-turn-back]").click()
    assert_accessible(page)
    looked_at.pay()
    expect(page.locator("[data-state=verified]")).to_be_visible()
    assert_accessible(page)
    city.void(page.url.rsplit("/", 1)[1])
    page.reload()
    assert_accessible(page)
