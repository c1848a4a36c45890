"""The first screen tells what can be used today, until when, and what waits."""

from fastapi.testclient import TestClient

from tests.wallet_api.world import World


def test_the_balance_of_today_stands_on_top(browser: TestClient) -> None:
    page = browser.get("/wallet/").text
    assert '今日つかえるお金 <span class="money money-huge">8,000円</span>' in page
    assert '<span class="money">3,000円</span> は、中小のお店だけで使えます' in page
    assert "鹿島 太郎 さん" in page


def test_lots_tell_their_last_day_and_those_that_cannot_be_used_yet(browser: TestClient) -> None:
    page = browser.get("/wallet/").text
    assert "! あと11日</span> 2026年11月30日(月) まで" in page
    assert "2027年2月28日(日) まで" in page
    assert "まだ使えません</span> 2026年12月1日(火) から使えます" in page


def test_what_can_be_bought_leads_to_buying_it(browser: TestClient, world: World) -> None:
    page = browser.get("/wallet/").text
    assert f'href="/wallet/grants/{world.grant_id}"' in page
    assert "あと 3口(12,000円)" in page
    assert "2026年11月30日(月) 24:00 まで" in page
