"""A draw is recomputed in a real browser: everybody's own number, every check, and nothing that leaves the device."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from kernel.embedded_postgres import EmbeddedPostgres
from tests.browser.axe import assert_accessible
from tests.browser.draw_city import DrawCity, draw_city
from tests.conftest import cloned
from tests.promises.page_texts import JAPANESE

VECTORS = Path(__file__).parents[1] / "data" / "lottery-vectors.json"
FOLLOWS_FROM_THE_LIST = {"V8", "V9", "V10"}
CHECK_IN_A_WORKER = """async (draws) => {
  const worker = new Worker("/static/web/draws-worker.js");
  const check = (files, id) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data.reply.findings.map(({ state, check }) => [state, check]));
    worker.onerror = reject;
    const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text).buffer]);
    worker.postMessage({ id, question: { kind: "check", files: bytes } });
  });
  const found = [];
  for (const files of draws) found.push(await check(files, found.length));
  return found;
}"""


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[DrawCity]:
    """Draws in every state, served by the real server."""
    with cloned(postgres, template) as url, draw_city(url) as running:
        yield running


def look_up(page: Page, receipt: str) -> None:
    page.get_by_label("受付番号").fill(receipt)
    page.get_by_label("受付番号").press("Enter")


def test_my_number_leads_to_my_result_and_why_and_nothing_is_sent(city: DrawCity, browser_page: Page) -> None:
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    browser_page.on("request", note)
    browser_page.goto(city.page("drawn-1"))
    receipt = city.drawn[1]
    look_up(browser_page, "-".join(receipt[place : place + 4] for place in range(0, 16, 4)).lower())
    answer = browser_page.locator("#answer")
    expect(answer).to_contain_text(receipt)
    expect(answer.get_by_role("heading", name="口、当選しました")).to_be_visible()
    expect(answer).to_contain_text("まず、全員に2口まで")
    expect(browser_page.get_by_role("heading", name="この抽選は、決められたとおりの結果です")).to_be_visible()
    assert all(request.url.startswith(city.origin) for request in asked)
    assert {request.method for request in asked} == {"GET"}
    assert not any(receipt in request.url.upper() for request in asked)
    assert any("/files/results.csv" in request.url for request in asked)


def test_who_reads_english_is_answered_in_english(city: DrawCity, browser: Browser) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(city.page("drawn-1"))
    page.get_by_label("Receipt number").fill(city.drawn[1])
    page.get_by_role("button", name="Compute on this device").click()
    answer = page.locator("#answer")
    expect(answer.get_by_role("heading", name="You were granted units: 2")).to_be_visible()
    expect(answer).to_contain_text("First, everybody got up to 2 (or what they asked for, if it was less).")
    expect(page.get_by_role("heading", name="The results of this draw follow the rules")).to_be_visible()
    findings = page.get_by_role("list", name="What was checked, and what came out")
    expect(findings.locator("[data-check=V7]")).to_contain_text("The signature is that of drand's round 657413.")
    shown = page.locator("#verifier").inner_text()
    assert not JAPANESE.search(shown), shown
    assert_accessible(page)
    context.close()


def test_without_a_number_every_check_is_shown(city: DrawCity, browser_page: Page) -> None:
    browser_page.goto(city.page("drawn-1"))
    browser_page.get_by_role("button", name="番号を入れずに、ぜんぶ検査する").click()
    findings = browser_page.get_by_role("list", name="調べたことと、その結果")
    expect(findings.locator("[data-state=OK]")).to_have_count(11)
    expect(findings.locator("[data-state=NOTE]")).to_have_text("！ 見くらべてください")
    expect(findings.locator("[data-check=V7]")).to_contain_text("署名は drand の第657413回のものです。")


def test_a_result_that_somebody_changed_is_seen(city: DrawCity, browser_page: Page) -> None:
    def change(route: Route) -> None:
        first, *others = route.fetch().text().splitlines(keepends=True)
        receipt, granted = others[0].split(",")
        route.fulfill(body="".join([first, f"{receipt},{int(granted) + 1}\n", *others[1:]]))

    browser_page.route("**/files/results.csv*", change)
    browser_page.goto(city.page("drawn-1"))
    look_up(browser_page, min(city.drawn))
    expect(browser_page.locator("#answer")).to_contain_text("計算しましたが、合わないところがあります")
    bad = browser_page.locator("[data-state=BAD]")
    expect(bad).to_have_text(["× 合いません", "× 合いません"])
    assert browser_page.locator("li:has([data-state=BAD])").evaluate_all(
        "items => items.map(item => item.dataset.check)"
    ) == ["V8", "V9"]


def test_a_number_that_is_nowhere_is_told_kindly(city: DrawCity, browser_page: Page) -> None:
    browser_page.goto(city.page("drawn-1"))
    look_up(browser_page, "<b>0000</b>")
    expect(browser_page.get_by_role("heading", name="この受付番号は一覧にありません")).to_be_visible()
    look_up(browser_page, " ")
    expect(browser_page.get_by_role("heading", name="受付番号を入れてください")).to_be_visible()
    expect(browser_page.get_by_label("受付番号")).to_be_focused()


def test_before_the_draw_a_number_is_found_in_the_closed_list(city: DrawCity, browser_page: Page) -> None:
    for slug in ("closed-1", "frozen-1"):
        browser_page.goto(city.page(slug))
        look_up(browser_page, city.closed[0])
        expected = "この受付番号は一覧にあります" if slug == "closed-1" else "この受付番号は一覧にありません"
        expect(browser_page.get_by_role("heading", name=expected)).to_be_visible()
        expect(browser_page.get_by_role("heading", name="一覧(5件)は、発表された指紋のとおりです")).to_be_visible()


def test_a_list_that_is_not_the_published_one_is_seen_before_the_draw(city: DrawCity, browser_page: Page) -> None:
    ghost = "ZZZZZZZZZZZZZZZZ,5,ZZZZZZZZZZZZZZZZ\n"
    browser_page.route("**/files/applications.csv*", lambda route: route.fulfill(body=route.fetch().text() + ghost))
    browser_page.goto(city.page("closed-1"))
    browser_page.get_by_role("button", name="番号を入れずに、ぜんぶ検査する").click()
    expect(browser_page.get_by_role("heading", name="一覧が、発表された指紋と合いません")).to_be_visible()


def test_when_a_file_does_not_arrive_it_can_be_tried_again(city: DrawCity, browser_page: Page) -> None:
    browser_page.route("**/files/*", lambda route: route.abort())
    browser_page.goto(city.page("drawn-1"))
    look_up(browser_page, city.drawn[0])
    expect(browser_page.get_by_role("heading", name="調べられませんでした")).to_be_visible()
    browser_page.unroute("**/files/*")
    look_up(browser_page, city.drawn[0])
    expect(browser_page.locator("#answer")).to_contain_text(city.drawn[0])


def test_without_scripts_the_other_ways_are_told(city: DrawCity, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(city.page("drawn-1"))
    expect(page.get_by_text("受付番号の控えをもって、市役所の窓口へおいでください。")).to_be_visible()
    expect(page.get_by_label("受付番号")).to_be_hidden()
    expect(page.get_by_role("link", name="検査プログラム(verifier.py)")).to_be_visible()
    context.close()


@pytest.mark.parametrize("slug", ["", "open-1", "frozen-1", "drawn-1"])
def test_a_small_telephone_shows_every_page_without_scrolling_sideways(
    city: DrawCity, browser_page: Page, slug: str
) -> None:
    browser_page.set_viewport_size({"width": 320, "height": 568})
    browser_page.goto(city.page(slug))
    if slug == "drawn-1":
        look_up(browser_page, city.drawn[0])
        expect(browser_page.locator("#answer")).to_contain_text(city.drawn[0])
    assert browser_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_browser_refuses_every_tampered_variant_for_its_reason(city: DrawCity, browser_page: Page) -> None:
    (published,) = json.loads(VECTORS.read_text(encoding="utf-8"))["files"]
    variants: list[dict[str, Any]] = published["tampered"]
    assert len(variants) == 31
    browser_page.goto(city.page("drawn-1"))
    draws = [published["texts"], *({**published["texts"], **variant["replace"]} for variant in variants)]
    untouched, *found = browser_page.evaluate(CHECK_IN_A_WORKER, draws)
    assert {state for state, _ in untouched} == {"OK", "NOTE"}
    for variant, findings in zip(variants, found, strict=True):
        bad = {check for state, check in findings if state == "BAD"}
        follows = FOLLOWS_FROM_THE_LIST if {"V2", "V3"} & set(variant["bad"]) else set()
        assert variant["reason"] in bad, variant["name"]
        assert bad - follows == set(variant["bad"]) - follows, variant["name"]
