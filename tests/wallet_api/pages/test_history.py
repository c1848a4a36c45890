"""What was paid and given back, by month, thirty at a time."""

from datetime import timedelta

from fastapi.testclient import TestClient

from kernel.clock import SetClock
from tests.wallet_api.world import World


def test_an_empty_history_says_so(browser: TestClient) -> None:
    assert "まだ、お支払いはありません。" in browser.get("/wallet/history").text


def test_older_payments_are_a_page_away(browser: TestClient, world: World, clock: SetClock) -> None:
    for number in range(31):
        clock.advance(timedelta(seconds=1))
        form = {"code": world.bakery_code, "amount_yen": str(100 + number), "form_key": f"k{number}"}
        browser.post("/wallet/pay", data=form)
    newest = browser.get("/wallet/history").text
    assert newest.count('class="card link-card movement"') == 30
    assert "<h2>2026年11月</h2>" in newest
    assert '<span class="money">130円</span>' in newest
    assert '<span class="money">100円</span>' not in newest
    address = newest.split('href="/wallet/history?before=')[1].split('"')[0]
    older = browser.get(f"/wallet/history?before={address}").text
    assert older.count('class="card link-card movement"') == 1
    assert '<span class="money">100円</span>' in older
    assert "いちばん新しいものへ" in older
