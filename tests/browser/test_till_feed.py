"""The live feed of a till: the truth as it arrives, honest when it cannot know, and never twice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from identity.model import Holder, HolderKind
from identity.provider.operations.end_sessions import end_sessions
from kernel.embedded_postgres import EmbeddedPostgres
from merchant_portal.feed import STREAMS_PER_SHOP_MAX
from tests.browser.axe import assert_accessible
from tests.browser.line import Line
from tests.browser.pay_city import MARKET, PayCity, pay_city
from tests.browser.till_screen import TillScreen, pays_at_poster, till_screen
from tests.conftest import cloned

NOT_SOON_MS = 40_000
"""Longer than a line may be silent before the screen says so, and tries again."""


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


def test_a_payment_at_the_poster_is_shown_said_and_counted(city: PayCity, till: TillScreen) -> None:
    till.open("/shop/")
    till.listens()
    paid = pays_at_poster(city, city.resident(), 1_280)
    expect(till.arrivals).to_have_count(1)
    line = till.arrivals.first
    expect(line).to_contain_text("届きました")
    expect(line).to_contain_text("1,280円")
    expect(line).to_contain_text(paid.match_phrase)
    expect(line.locator("[data-clock]")).to_contain_text(":")
    expect(till.page.locator(f"[data-movement='{paid.payment_id}']")).to_be_visible()
    expect(till.page.get_by_role("link", name="新しい支払いを見る")).to_be_hidden()
    assert till.spoken() == [["ja-JP", "1280円"]]
    assert till.notes() == 5
    assert_accessible(till.page)


def test_the_voice_can_be_switched_off_on_this_device_and_stays_off(city: PayCity, till: TillScreen) -> None:
    till.open("/shop/")
    till.page.get_by_role("button", name="金額を声で知らせる").click()
    till.page.reload()
    till.listens()
    expect(till.page.locator("[data-voice]")).to_have_attribute("aria-pressed", "false")
    pays_at_poster(city, city.resident(), 150)
    expect(till.arrivals).to_contain_text("150円")
    assert till.spoken() == []
    assert till.notes() == 5


def test_every_till_of_the_shop_hears_it_and_no_other_shop(browser: Browser, city: PayCity, till: TillScreen) -> None:
    with till_screen(browser, city) as second, till_screen(browser, city, MARKET) as elsewhere:
        for screen in (till, second, elsewhere):
            screen.open()
            screen.listens()
        pays_at_poster(city, city.resident(), 310)
        expect(till.arrivals).to_contain_text("310円")
        expect(second.arrivals).to_contain_text("310円")
        pays_at_poster(city, city.resident(), 220, MARKET)
        expect(elsewhere.arrivals).to_have_count(1)
        expect(elsewhere.arrivals).to_contain_text("220円")
        expect(till.arrivals).to_have_count(1)


def test_a_cut_line_is_said_and_afterwards_nothing_is_missing_or_twice(browser: Browser, city: PayCity) -> None:
    with Line(city.origin) as line, till_screen(browser, replace(city, origin=line.origin)) as till:
        till.open("/shop/")
        till.listens()
        pays_at_poster(city, city.resident(), 410)
        expect(till.arrivals).to_have_count(1)
        line.cut()
        unknown = till.page.locator("[data-state=unknown]")
        expect(unknown).to_be_visible()
        expect(unknown).to_contain_text("いま 届いているか わかりません")
        assert_accessible(till.page)
        missed = [pays_at_poster(city, city.resident(), amount_yen) for amount_yen in (420, 430)]
        line.mend()
        expect(till.arrivals).to_have_count(3, timeout=NOT_SOON_MS)
        for paid in missed:
            expect(till.page.locator(".arrivals")).to_contain_text(paid.match_phrase)
        till.listens()
        assert [text for _, text in till.spoken()] == ["410円", "420円", "430円"]


def test_the_feed_ends_with_the_sign_in(city: PayCity, till: TillScreen) -> None:
    till.open("/shop/")
    till.listens()
    holder, now = Holder(HolderKind.SHOP, till.user_id), city.now()
    city.pay.run(lambda session: end_sessions(session, holder, by="owner", now=now))
    ended = till.page.locator("[data-state=ended]")
    expect(ended).to_be_visible(timeout=NOT_SOON_MS)
    expect(ended.get_by_role("link", name="ログインする")).to_be_visible()
    assert_accessible(till.page)


def test_a_shop_listens_from_a_bounded_number_of_screens_and_closed_ones_do_not_count(
    browser: Browser, city: PayCity
) -> None:
    with till_screen(browser, city, MARKET) as till:
        till.open("/shop/practice")
        opened = till.page.evaluate(
            """async (count) => {
              window.open_feeds = [];
              for (let place = 0; place < count; place += 1) {
                const leave = new AbortController();
                window.open_feeds.push(leave);
                await fetch(`/api/v1/shop/feed?place=${place}`, { signal: leave.signal });
                if (place >= 4) leave.abort();
              }
              return window.open_feeds.length;
            }""",
            STREAMS_PER_SHOP_MAX * 2,
        )
        assert opened == STREAMS_PER_SHOP_MAX * 2
        till.open()
        till.listens()


def test_without_scripts_the_list_is_read_by_hand(browser: Browser, city: PayCity) -> None:
    with till_screen(browser, city, java_script_enabled=False) as till:
        till.open("/shop/")
        pays_at_poster(city, city.resident(), 777)
        till.page.get_by_role("link", name="新しい支払いを見る").click()
        expect(till.page.locator(".movement").first).to_contain_text("777円")
