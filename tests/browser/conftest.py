"""A real Chromium for the tests, without a window; it reaches this machine and nothing else."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.authenticator import Authenticator
from tests.browser.chromium import find_chromium
from tests.openid.conftest import clients as clients
from tests.openid.conftest import ours as ours
from tests.openid.conftest import told as told
from tests.openid.node_packages import NODE

ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
TELEPHONE = ViewportSize(width=390, height=844)
TIMEOUT_MS = 15_000
NEW_NAMESPACES = ["unshare", "--user", "--map-root-user", "--pid", "--net", "--fork", "true"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module; not for longer, as its event loop would be in the way of other tests."""
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError("the Chromium of the tests is missing: run `make test-tools`")
    with pytest.MonkeyPatch.context() as environment:
        # The Node that Playwright brings along needs a library that a fresh Debian does not have.
        environment.setenv("PLAYWRIGHT_NODEJS_PATH", str(NODE))
        with sync_playwright() as playwright:
            launched = playwright.chromium.launch(
                executable_path=chromium, chromium_sandbox=can_have_a_sandbox(), args=[ONLY_THIS_MACHINE]
            )
            yield launched
            launched.close()


def can_have_a_sandbox() -> bool:
    """Chromium refuses one to root, and a container may refuse the namespaces that it is made of."""
    if os.geteuid() == 0:
        return False
    return subprocess.run(NEW_NAMESPACES, check=False, capture_output=True).returncode == 0


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that was never used, as wide as a telephone, in Japanese."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=TELEPHONE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def authenticator(browser_page: Page) -> Authenticator:
    """The passkeys of the person at `browser_page`, who agrees to everything at once."""
    return Authenticator(browser_page)
