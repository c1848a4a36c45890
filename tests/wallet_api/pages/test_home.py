"""The first screen tells what can be used today, until when, and what waits."""

from fastapi.testclient import TestClient


def test_the_balance_of_today_stands_on_top(browser: TestClient) -> None:
    page = browser.get("/wallet/").text
    assert '今日つかえるお金 <span class="money money-huge">8,000円</span>' in page
    assert "鹿島 太郎 さん" in page
