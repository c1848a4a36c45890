"""A paper card in a real browser: before the camera of a till, with its PIN, and in the wallet of its holder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from kernel.embedded_postgres import EmbeddedPostgres
from payments.cards.model import CardReason, PrintedCard
from payments.cards.operations.issue_card import issue_card
from payments.codes.picture import code_png
from tests.browser.axe import assert_accessible
from tests.browser.conftest import TELEPHONE
from tests.browser.pay_city import PayCity, Resident, pay_city
from tests.browser.till_screen import TillScreen, till_context, till_screen
from tests.conftest import cloned
from tests.payments.cards.wallet_cards import CLERK, OTHER_PIN, PEPPER, PIN


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    with cloned(postgres, template) as url, pay_city(url) as running:
        yield running


@pytest.fixture
def till(browser: Browser, city: PayCity) -> Iterator[TillScreen]:
    with till_screen(browser, city) as screen:
        yield screen


def card_of(city: PayCity, resident: Resident) -> PrintedCard:
    """A card with a PIN that this server's pepper does not know, so that every PIN is wrong."""
    return city.staff.run(
        lambda session: issue_card(
            session,
            wallet_id=resident.wallet_id,
            actor=CLERK,
            reason=CardReason.NO_PHONE,
            pin=PIN,
            pepper=PEPPER,
            now=city.now(),
        )
    )


def test_a_card_before_the_camera_pays_below_its_limit(city: PayCity, till: TillScreen) -> None:
    resident = city.resident()
    till.to_code("1280")
    till.camera.hold_picture(till.page, code_png(card_of(city, resident).code))
    expect(till.received).to_contain_text("1,280円")
    assert city.paid(resident) == [1_280]


def test_above_the_limit_the_holder_types_the_pin_and_three_wrong_ones_stop_the_card(
    city: PayCity, till: TillScreen
) -> None:
    resident = city.resident()
    page = till.page
    till.charge("3500", card_of(city, resident).code)
    expect(page.get_by_role("heading", name="カードの暗証番号")).to_be_visible()
    expect(page.get_by_text("お金はまだ動いていません。")).to_be_visible()
    expect(page.get_by_text("3,500円")).to_be_visible()
    assert_accessible(page)
    for left in ("2", "1"):
        page.get_by_label("暗証番号(4けた)").fill(OTHER_PIN)
        page.get_by_role("button", name="この金額を受け取る").click()
        expect(page.locator("#pin-error")).to_contain_text(f"あと{left}回")
        assert_accessible(page)
    page.get_by_label("暗証番号(4けた)").fill(OTHER_PIN)
    page.get_by_role("button", name="この金額を受け取る").click()
    expect(page.get_by_text("3回違ったため").first).to_be_visible()
    assert city.paid(resident) == []


def test_the_holder_stops_the_card_in_the_wallet_with_one_button(browser: Browser, city: PayCity) -> None:
    resident = city.resident()
    card_of(city, resident)
    telephone = till_context(browser, viewport=TELEPHONE, java_script_enabled=False)
    city.sign_in(telephone, resident)
    page = telephone.new_page()
    page.goto(f"{city.origin}/wallet/settings")
    page.get_by_role("link", name="紙カード").click()
    expect(page.get_by_text("使えます", exact=False).first).to_be_visible()
    page.get_by_role("button", name="このカードを止める").click()
    expect(page.get_by_text("止まっています")).to_be_visible()
    telephone.close()
