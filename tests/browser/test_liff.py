"""The page of the mini app in a real browser, with the script that the double gives as LINE does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from identity.doors.model import Link, Provider
from identity.doors.store.links import insert_link
from identity.model import Acr
from identity.operations.import_residents import import_residents
from kashiman.demo.line_double.process import RunningLine, start_line_double
from kashiman.processes import free_port, running, wait_until_ready
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from kernel.ids import new_id
from tests.browser.axe import assert_accessible
from tests.conftest import cloned
from tests.identity.people import TARO


@dataclass(frozen=True)
class City:
    """A server with a mini app, the double, and the LINE user who is tied to a resident."""

    page: str
    line: RunningLine
    taro: str


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home, port = tmp_path_factory.mktemp("city"), free_port()
    with cloned(postgres, template) as url, start_line_double() as line:
        environment = {
            "DATABASE_URL": url,
            "KASHIMAN_DATA_DIR": str(home),
            "KASHIMAN_PORT": str(port),
            "KASHIMAN_BASE_URL": f"http://localhost:{port}",
            "KASHIMAN_LINE_CHANNEL_ID": line.channel_id,
            "KASHIMAN_LINE_CHANNEL_SECRET": line.channel_secret,
            "KASHIMAN_LINE_AUTHORIZATION_BASE": line.base,
            "KASHIMAN_LINE_API_BASE": line.base,
            "KASHIMAN_LINE_LIFF_ID": line.liff_id,
            "KASHIMAN_LINE_LIFF_SDK": line.liff_sdk,
        }
        taro = line.control.add_user("太郎")
        _tie(url, line.channel_id, taro)
        with running("serve", environment) as server:
            wait_until_ready(port, server)
            yield City(f"http://localhost:{port}/id/liff", line, taro)


def _tie(url: str, channel_id: str, user_id: str) -> None:
    """A resident is there, and this LINE account is theirs."""
    now = datetime.now(UTC)
    link = Link(new_id(), Provider.LINE, channel_id, user_id, TARO.person_id, Acr.LINE, now, last_used_at=None)
    staff, pay = Database(url, role="kashiman_staff"), Database(url, role="kashiman_pay")
    staff.run(lambda session: import_residents(session, [TARO], now=now))
    pay.run(lambda session: insert_link(session, link))
    staff.close()
    pay.close()


def test_inside_line_the_page_signs_in_whom_line_knows(city: City, browser_page: Page) -> None:
    city.line.control.hold_telephone(city.taro)
    faults: list[str] = []
    browser_page.on("pageerror", lambda error: faults.append(str(error)))
    browser_page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    browser_page.goto(city.page)
    expect(browser_page).to_have_url(re.compile("/id/account$"))
    expect(browser_page.get_by_role("heading", name="登録のかくにん")).to_be_visible()
    expect(browser_page.get_by_text("鹿島 太郎")).to_be_visible()
    assert faults == [], "the page's policy lets LINE's script run"


def test_whom_nobody_knows_is_asked_to_sign_in_another_way(city: City, browser_page: Page) -> None:
    city.line.control.hold_telephone(city.line.control.add_user("知らない人"))
    browser_page.goto(city.page)
    expect(browser_page).to_have_url(re.compile(r"/id/sign-in\?reason=provider_not_linked"))
    expect(browser_page.get_by_label("はがき・窓口のコード")).to_be_visible()


def test_outside_of_line_the_page_says_so_and_leads_to_the_other_doors(city: City, browser_page: Page) -> None:
    city.line.control.hold_telephone(None)
    browser_page.goto(city.page)
    expect(browser_page.get_by_role("alert")).to_contain_text("LINEアプリの中から開きなおすか")
    expect(browser_page.get_by_role("status")).to_be_hidden()
    browser_page.get_by_role("link", name="ほかの方法でログインする").click()
    expect(browser_page.get_by_label("はがき・窓口のコード")).to_be_visible()


def test_without_lines_script_the_page_says_so_as_well(city: City, browser_page: Page) -> None:
    browser_page.route(city.line.liff_sdk, lambda route: route.abort())
    browser_page.goto(city.page)
    expect(browser_page.get_by_role("alert")).to_be_visible()


def test_lines_camera_reads_a_shops_code_where_ours_may_not(city: City, browser_page: Page) -> None:
    city.line.control.hold_telephone(city.taro)
    city.line.control.hold_before_camera("000201 a shop's code")
    browser_page.goto(f"{city.page}/scan")
    assert_accessible(browser_page)
    with browser_page.expect_request(re.compile("/wallet/pay/amount")) as asked:
        browser_page.get_by_role("button", name="LINEのカメラを開く").click()
    assert parse_qs(urlsplit(asked.value.url).query) == {"code": ["000201 a shop's code"], "by": ["camera"]}


def test_without_lines_camera_the_page_says_what_else_there_is(city: City, browser_page: Page) -> None:
    browser_page.route(city.line.liff_sdk, lambda route: route.abort())
    browser_page.goto(f"{city.page}/scan")
    browser_page.get_by_role("button", name="LINEのカメラを開く").click()
    expect(browser_page.get_by_role("alert")).to_contain_text("お金は動いていません。")
    expect(browser_page.get_by_role("link", name="もどる")).to_have_attribute("href", "/wallet/pay")
