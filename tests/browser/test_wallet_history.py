"""The wallet's months and records in a real browser, on a telephone, in Japanese and English."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kernel.embedded_postgres import EmbeddedPostgres
from kernel.ids import new_id
from kernel.refusals import Refusal
from payments.model import Channel, PaymentRequest, ReversalRequest
from payments.operations.reverse_payments import reverse_payments
from payments.operations.take_payments import take_payments
from tests.browser.axe import assert_accessible
from tests.browser.pay_city import PayCity, Resident, pay_city
from tests.conftest import cloned
from tests.kernel.documents.pdf_reading import MISSING, glyphs_of, text_of
from tests.wallet_api.world import NOW

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    with cloned(postgres, template) as url, pay_city(url) as running_city:
        yield running_city


@pytest.fixture(scope="module")
def household(city: PayCity) -> tuple[Resident, list[UUID]]:
    """A resident who paid 1,280 and 3,200 yen in November, and got 1,200 yen back."""
    resident, (serial, _) = city.resident(), city.poster()
    requests = [
        PaymentRequest(
            key=f"{amount_yen}",
            wallet_id=resident.wallet_id,
            amount_yen=amount_yen,
            store_code="S001",
            poster_serial=serial,
            channel=Channel.MPM_STATIC,
            asked_at=NOW - timedelta(days=days_ago),
        )
        for amount_yen, days_ago in ((1_280, 1), (3_200, 4))
    ]
    paid = city.pay.run(lambda session: take_payments(session, requests))
    payment_ids = [receipt.payment_id for receipt in paid if not isinstance(receipt, Refusal)]
    back = ReversalRequest(
        key="back",
        payment_id=payment_ids[1],
        merchant_id=city.store().merchant_id,
        asked_by=new_id(),
        asked_at=NOW,
        refund_yen=1_200,
    )
    city.pay.run(lambda session: reverse_payments(session, [back]))
    return resident, payment_ids


def context_of(city: PayCity, browser: Browser, resident: Resident, **facts: Any) -> BrowserContext:
    look: dict[str, Any] = {"locale": "ja-JP", "viewport": {"width": 390, "height": 844}} | facts
    context = browser.new_context(timezone_id="Asia/Tokyo", base_url=city.origin, **look)
    city.sign_in(context, resident)
    return context


@pytest.fixture
def page(city: PayCity, browser: Browser, household: tuple[Resident, list[UUID]]) -> Iterator[Page]:
    context = context_of(city, browser, household[0])
    yield context.new_page()
    context.close()


def saved(page: Page, name: str) -> bytes:
    """The file behind a link, as the browser saves it."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()


def test_a_household_reads_its_month_and_one_record(page: Page) -> None:
    page.goto("/wallet/history")
    sum_of_month = page.get_by_role("region", name="この月に使ったお金")
    expect(sum_of_month).to_contain_text("3,280円")
    entry = page.get_by_role("link").filter(has_text="3,200円")
    expect(entry).to_contain_text("＋1,200円")

    entry.click()

    expect(page.get_by_role("heading", name="お支払いの控え")).to_be_visible()
    expect(page.get_by_text("このお支払いは、一部がもどっています")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("2,000円")
    page.get_by_role("link", name="りれきへ").click()
    expect(page.get_by_role("region", name="この月に使ったお金")).to_be_visible()


def test_a_record_is_saved_as_paper_and_a_month_as_a_table(page: Page, household: tuple[Resident, list[UUID]]) -> None:
    page.goto(f"/wallet/receipts/{household[1][0]}")
    paper = saved(page, "PDFで保存・印刷する")
    assert "1,280円" in text_of(paper)
    assert MISSING not in glyphs_of(paper)

    page.goto("/wallet/history")
    table = saved(page, "この月を保存").decode("utf-8-sig")
    assert table.count("\r\n") == 4


def test_english_is_english_to_the_last_paper(
    city: PayCity, browser: Browser, household: tuple[Resident, list[UUID]]
) -> None:
    context = context_of(city, browser, household[0], locale="en-GB")
    page = context.new_page()
    page.goto("/wallet/history")
    expect(page.get_by_role("heading", name="History Nov 2026")).to_be_visible()
    page.get_by_role("link").filter(has_text="1,280円").click()
    expect(page.get_by_role("heading", name="Payment record")).to_be_visible()

    assert "Payment record" in text_of(saved(page, "Save or print as PDF"))
    context.close()


@pytest.mark.parametrize("language", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_screen_is_accessible_and_fits(
    city: PayCity, browser: Browser, household: tuple[Resident, list[UUID]], language: str, width: int
) -> None:
    resident, payment_ids = household
    context = context_of(city, browser, resident, locale=language, viewport={"width": width, "height": 800})
    page = context.new_page()
    paths = ["/wallet/history", "/wallet/history?month=2026-12", *(f"/wallet/receipts/{each}" for each in payment_ids)]
    for path in paths:
        page.goto(path)
        assert_accessible(page)
        assert page.evaluate(FITS), path
    context.close()


def test_without_scripts_another_month_is_chosen(
    city: PayCity, browser: Browser, household: tuple[Resident, list[UUID]]
) -> None:
    context = context_of(city, browser, household[0], java_script_enabled=False)
    page = context.new_page()
    page.goto("/wallet/history?month=2026-12")
    expect(page.get_by_text("この月のお支払いはありません。")).to_be_visible()
    context.close()
