"""The shop's papers in a real browser: a poster goes from the screen to paper and back before the camera."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from kernel.clock import city_time
from kernel.embedded_postgres import EmbeddedPostgres
from merchants.operations.revoke_poster import revoke_poster
from payments.codes.picture import code_png
from payments.model import Channel, PaymentRequest
from payments.operations.take_payments import take_payments
from settlement.operations.close_settlement import close_settlement
from tests.browser.axe import assert_accessible
from tests.browser.camera import CanvasCamera
from tests.browser.pay_city import MARKET, PayCity, pay_city
from tests.conftest import cloned
from tests.kernel.documents.pdf_reading import MISSING, codes_in, glyphs_of, picture_of, text_of
from tests.merchant_portal.world import ACCOUNT, PAYER
from tests.wallet_api.world import NOW

CUTOFF, PAY_DAY = date(2026, 11, 15), date(2026, 11, 27)
TELEPHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
SMALL = ViewportSize(width=320, height=568)


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str) -> Iterator[PayCity]:
    with cloned(postgres, template) as url, pay_city(url) as running_city:
        yield running_city


@pytest.fixture(scope="module")
def closing_id(city: PayCity) -> str:
    """The bakery took 1,280 yen before the last cut-off and 540 yen since."""
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
        for amount_yen, days_ago in ((1_280, 8), (540, 1))
    ]
    city.pay.run(lambda session: take_payments(session, requests))
    closed = city.staff.run(
        lambda session: close_settlement(
            session,
            cutoff_day=CUTOFF,
            pay_day=PAY_DAY,
            closed_by="finance-1",
            now=city_time(CUTOFF + timedelta(days=1), 9),
            payer=PAYER,
            bank_accounts={city.store().merchant_id: ACCOUNT},
            key="close",
        )
    )
    return str(closed.closing_id)


@pytest.fixture
def context(city: PayCity, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=TELEPHONE, base_url=city.origin)
    city.sign_in_shop(opened)
    yield opened
    opened.close()


@pytest.fixture
def camera(context: BrowserContext) -> CanvasCamera:
    return CanvasCamera(context)


def saved(page: Page, name: str) -> bytes:
    """The file behind a link, as the browser saves it."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    return Path(download.value.path()).read_bytes()


def png_of(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("paper", ["ポスター", "卓上カード", "ステッカー"])
def test_what_was_printed_is_genuine_before_the_camera(
    city: PayCity, context: BrowserContext, camera: CanvasCamera, paper: str
) -> None:
    serial, _ = city.poster()
    page = context.new_page()
    page.goto("/shop/posters")
    page.get_by_role("link", name=f"{serial} を開く・印刷する").click()
    pdf = saved(page, f"PDFで保存 {paper}")
    (printed, *_) = codes_in(picture_of(pdf))

    page.goto("/shop/posters/check")
    page.get_by_role("button", name="カメラで読み取る").click()
    expect(page.get_by_text("貼ってあるコードを、画面に映してください。")).to_be_visible()
    camera.hold_picture(page, code_png(printed.text))

    expect(page.get_by_role("heading", name="本物です")).to_be_visible()
    expect(page.get_by_text(serial)).to_be_visible()
    assert_accessible(page)


def test_a_photo_of_the_whole_poster_is_enough(city: PayCity, context: BrowserContext) -> None:
    serial, _ = city.poster()
    page = context.new_page()
    page.goto(f"/shop/posters/{city.store().store_id}/{serial}")
    photo = png_of(picture_of(saved(page, "PDFで保存 ポスター"), dots_per_mm=4))

    page.goto("/shop/posters/check")
    page.locator("#photo").set_input_files({"name": "wall.png", "mimeType": "image/png", "buffer": photo})

    expect(page.get_by_role("heading", name="本物です")).to_be_visible()


def test_a_swapped_poster_is_found_and_says_where_the_money_went(
    city: PayCity, context: BrowserContext, camera: CanvasCamera
) -> None:
    _, swapped = city.poster(MARKET)
    page = context.new_page()
    page.goto("/shop/posters/check")
    page.get_by_role("button", name="カメラで読み取る").click()
    camera.hold(page, swapped)

    expect(page.get_by_role("heading", name="ほかのお店のコードです")).to_be_visible()
    expect(page.get_by_text(f"お金は「{city.store(MARKET).display_name}」に入ります。")).to_be_visible()
    assert_accessible(page)


def test_a_revoked_number_is_told_without_scripts_and_without_a_camera(city: PayCity, browser: Browser) -> None:
    serial, _ = city.poster()
    city.staff.run(lambda session: revoke_poster(session, serial, now=NOW))
    context = browser.new_context(java_script_enabled=False, locale="ja-JP", base_url=city.origin)
    city.sign_in_shop(context)
    page = context.new_page()
    page.goto("/shop/posters/check")
    expect(page.get_by_role("button", name="カメラで読み取る")).to_be_hidden()

    page.get_by_label("コードの下の番号").fill(serial.lower())
    page.get_by_role("button", name="たしかめる").click()

    expect(page.get_by_role("heading", name="もう使えない番号です")).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("fault", "said"), [("NotAllowedError", "許可されていません"), ("NotFoundError", "見つかりません")]
)
def test_without_a_camera_the_other_ways_are_told(
    context: BrowserContext, camera: CanvasCamera, fault: str, said: str
) -> None:
    camera.fail(fault)
    page = context.new_page()
    page.goto("/shop/posters/check")
    page.get_by_role("button", name="カメラで読み取る").click()

    expect(page.get_by_role("status")).to_contain_text(said)
    expect(page.get_by_role("button", name="カメラで読み取る")).to_be_visible()


def test_the_owner_follows_the_next_payout_to_the_payment_behind_it(closing_id: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/shop/statements")
    coming = page.get_by_role("region", name="つぎの振込")
    expect(coming).to_contain_text("2026年11月27日(金)")
    expect(coming).to_contain_text("1,280円")
    expect(coming).to_contain_text("540円")

    coming.get_by_role("link", name="なぜこの金額か").click()
    expect(page).to_have_url(f"{page.url.split('/shop/')[0]}/shop/statements/{closing_id}")
    page.get_by_role("link", name="支払", exact=True).click()
    expect(page.locator("#payment")).to_be_in_viewport()
    page.get_by_role("region", name="支払", exact=True).get_by_role("link").click()
    expect(page.get_by_text("1,280円").first).to_be_visible()


def test_the_statement_is_saved_as_a_letter_and_as_a_table(closing_id: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"/shop/statements/{closing_id}")

    letter = saved(page, "精算書をPDFで保存")
    assert "1,280円" in text_of(letter)
    assert MISSING not in glyphs_of(letter)
    assert saved(page, "明細を表計算用に保存（CSV）").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("language", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("size", [TELEPHONE, DESK, SMALL], ids=["telephone", "desk", "small"])
def test_every_screen_is_accessible_and_fits(
    city: PayCity, closing_id: str, browser: Browser, language: str, size: ViewportSize
) -> None:
    context = browser.new_context(locale=language, viewport=size, base_url=city.origin)
    city.sign_in_shop(context)
    serial, _ = city.poster()
    page = context.new_page()
    for path in (
        "/shop/statements",
        f"/shop/statements/{closing_id}",
        "/shop/statements/coming",
        "/shop/posters",
        f"/shop/posters/{city.store().store_id}/{serial}",
        "/shop/posters/check",
    ):
        page.goto(path)
        assert_accessible(page)
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), path
    context.close()
