"""The camera itself: Chromium's own with a video before it, missing, refused or taken; and the larger decoder."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kernel.pages import static_files
from payments.codes.picture import code_png
from tests.browser.axe import assert_accessible
from tests.browser.camera import write_video
from tests.browser.chromium import find_chromium
from tests.browser.conftest import ONLY_THIS_MACHINE, can_have_a_sandbox
from tests.browser.pay_city import PayCity
from tests.browser.paying import Telephone, telephone_of
from tests.browser.paying import city as city
from tests.browser.paying import telephone as telephone

CHUNKS = Path(static_files.__file__).parent / "static/web/chunks"
READ_BY_THE_LARGER = """async ([script, picture]) => {
  const { read } = await import(script);
  const image = new Image();
  image.src = picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  return read(pen.getImageData(0, 0, image.width, image.height));
}"""
FAULTS = {
    "NotAllowedError": "カメラが 許可されていません。",
    "NotFoundError": "カメラが 見つかりません。",
    "NotReadableError": "カメラを ほかのアプリが使っています。",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_camera_that_cannot_be_used_is_said_with_what_to_do(telephone: Telephone, fault: str) -> None:
    telephone.camera.fail(fault)
    page = telephone.open("/wallet/pay")
    expect(page.get_by_text(FAULTS[fault])).to_be_visible()
    assert_accessible(page)
    telephone.camera.fail(None)
    page.evaluate("sessionStorage.removeItem('cameraFault')")
    page.get_by_role("button", name="カメラで読み取る").click()
    telephone.camera.hold(page, telephone.city.poster()[1])
    expect(page.get_by_role("heading", name="松尾パン店")).to_be_visible()
    assert telephone.paid == []


def test_the_larger_decoder_comes_only_when_nothing_was_found_for_two_seconds(telephone: Telephone) -> None:
    page = telephone.open("/wallet/pay")
    with page.expect_response(re.compile(r"/static/web/assets/zxing_reader-\w+\.wasm")) as answered:
        telephone.camera.hold(page, None)
        expect(page.get_by_text("読み取りにくいようです。")).to_be_visible()
    assert answered.value.status == 200
    _, text = telephone.city.poster()
    (script,) = CHUNKS.glob("larger-decoder-*.js")
    picture = "data:image/png;base64," + base64.b64encode(code_png(text)).decode()
    assert page.evaluate(READ_BY_THE_LARGER, [f"/static/web/chunks/{script.name}", picture]) == text
    telephone.camera.hold(page, text)
    expect(page.get_by_role("heading", name="松尾パン店")).to_be_visible()


def test_chromiums_own_camera_films_a_poster_and_it_is_paid(city: PayCity, browser: Browser, tmp_path: Path) -> None:
    video = tmp_path / "poster.y4m"
    write_video(video, city.poster()[1])
    films = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]
    filming = browser.browser_type.launch(
        executable_path=find_chromium(), chromium_sandbox=can_have_a_sandbox(), args=[ONLY_THIS_MACHINE, *films]
    )
    with telephone_of(city, filming, has_camera=True, permissions=["camera"]) as telephone:
        page = telephone.open("/wallet/pay")
        expect(page.get_by_role("heading", name="松尾パン店")).to_be_visible()
        page.keyboard.type("1280")
        page.keyboard.press("Enter")
        telephone.pay()
        telephone.see_paid()
        assert telephone.paid == [1_280]
    filming.close()
