"""Surveys in a browser: after the fact, free, big, without scripts, and every question may be skipped."""

from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.conftest import MakeDatabase
from tests.wallet_api.forms import leads_to
from tests.wallet_api.routes.test_surveys import ask, pay
from tests.wallet_api.world import World


@pytest.fixture
def survey(api: TestClient, make_database: MakeDatabase, world: World) -> UUID:
    pay(api, world)
    return ask(make_database, world)


def stored(database_url: str) -> list[object]:
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute("SELECT answers FROM issuance.survey_answers")]


def test_the_list_says_that_nobody_has_to_answer(browser: TestClient) -> None:
    page = browser.get("/wallet/surveys").text
    assert "答えても、答えなくても かまいません。" in page
    assert "いま お聞きする アンケートは ありません。" in page


def test_a_form_is_filled_in_sent_and_taken_back(browser: TestClient, survey: UUID, database_url: str) -> None:
    path = f"/wallet/surveys/{survey}"
    assert f'href="{path}"' in browser.get("/wallet/surveys").text
    form = browser.get(path).text
    assert "答えを読む人には、だれの答えかは わかりません。" in form
    assert " required" not in form
    assert form.count('value="" checked') == 2
    typed = {
        "voucher_yen": "５，０００円",
        "bought_anyway": "part",
        "added_yen": "0円",
        "first_time": "",
        "comment": " ",
    }
    assert leads_to(browser.post(path, data=typed)) == "/wallet/surveys"
    assert stored(database_url) == [{"voucher_yen": 5_000, "bought_anyway": "part", "added_yen": 0}]
    assert "✓ 答えました" in browser.get("/wallet/surveys").text
    assert leads_to(browser.post(f"{path}/withdrawal")) == "/wallet/surveys"
    assert stored(database_url) == []
    assert "✓ 答えました" not in browser.get("/wallet/surveys").text


@pytest.mark.parametrize("amount", ["たくさん", "-5", "1.5", "1000001", "9" * 12])
def test_an_amount_that_cannot_be_read_is_asked_for_again_with_the_rest_still_there(
    browser: TestClient, survey: UUID, database_url: str, amount: str
) -> None:
    typed = {"voucher_yen": amount, "first_time": "yes", "comment": "よい <b>店</b>"}
    answer = browser.post(f"/wallet/surveys/{survey}", data=typed)
    assert answer.status_code == 422
    assert "金額は、数字だけで書いてください。" in answer.text
    assert 'href="#voucher_yen"' in answer.text
    assert 'value="yes" checked' in answer.text
    assert "よい &lt;b&gt;店&lt;/b&gt;" in answer.text
    assert stored(database_url) == []


def test_a_text_that_is_too_long_is_asked_for_again(browser: TestClient, survey: UUID, database_url: str) -> None:
    answer = browser.post(f"/wallet/surveys/{survey}", data={"comment": "長" * 501})
    assert (answer.status_code, "500文字までで書いてください。" in answer.text) == (422, True)
    assert stored(database_url) == []


def test_whatever_else_is_no_answer_gets_a_page_with_its_reason(browser: TestClient, survey: UUID) -> None:
    path = f"/wallet/surveys/{survey}"
    for data, code in (({}, "nothing_answered"), ({"first_time": "maybe"}, "survey_answers_invalid")):
        answer = browser.post(path, data=data)
        assert (answer.status_code, code in answer.text) == (422, True)
    assert "survey_unknown" in browser.get(f"/wallet/surveys/{uuid4()}").text
    assert (
        browser.post(path, data={"added_yen": "1"}, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    )


def test_the_way_to_a_survey_begins_after_paying_and_never_before(
    browser: TestClient, api: TestClient, world: World
) -> None:
    for path in ("/wallet/", "/wallet/pay", "/wallet/code"):
        assert "アンケート" not in browser.get(path).text
    body = {"code": world.bakery_code, "amount_yen": 500}
    paid = api.post("/payments", json=body, headers={"Idempotency-Key": "k1"}).json()
    page = browser.get(f"/wallet/payments/{paid['payment_id']}").text
    assert page.index("払いました") < page.index('href="/wallet/surveys"')
