"""What has no page gets one: what happened, whether money moved, what to do, and a number for the help desk."""

import logging
import re

import pytest
from fastapi.testclient import TestClient

NUMBER = re.compile(r'<p class="reference">(\d{4}-\d{4})</p>')


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/face/nowhere", 404, "address_unknown"),
        ("/face/said", 405, "address_unknown"),
        ("/face/breaks", 500, "unexpected"),
        ("/face/fails/amount", 422, "amount_out_of_range"),
        ("/face/fails/unknown", 503, "outcome_unknown"),
    ],
)
def test_a_page_that_says_no_has_a_number_that_the_log_explains(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, status: int, code: str
) -> None:
    with caplog.at_level(logging.WARNING, logger="kernel.references"):
        answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"]
    shown = NUMBER.findall(answer.text)
    assert shown == [answer.headers["kashiman-reference"]]
    assert [record.getMessage() for record in caplog.records] == [f"answered {shown[0]}: {code} ({status})"]
    assert f'<span class="mark">{code}</span>' in answer.text


def test_each_answer_has_a_number_of_its_own(client: TestClient) -> None:
    numbers = {client.get("/face/nowhere").headers["kashiman-reference"] for _ in range(5)}
    assert len(numbers) == 5


def test_a_failure_of_ours_claims_nothing_about_money_and_tells_nothing_of_itself(client: TestClient) -> None:
    page = client.get("/face/breaks").text
    assert "まだ 確定していません" in page
    assert "お金は動いていません" not in page
    assert "ZeroDivisionError" not in page


def test_an_address_that_only_takes_forms_names_what_it_takes(client: TestClient) -> None:
    assert client.get("/face/said").headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/elsewhere", "/facet/nowhere", "/static/nowhere.css"])
def test_what_is_no_address_of_a_face_gets_a_problem_document(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert re.fullmatch(r"\d{4}-\d{4}", answer.headers["kashiman-reference"])


def test_whom_to_call_stands_there_once_it_is_known(client: TestClient) -> None:
    assert "市役所 商工観光課に、この番号をお伝えください。" in client.get("/face/nowhere").text
    client.app.state.help_phone = "0954-00-0000"  # type: ignore[attr-defined]
    assert "市役所 商工観光課（電話 0954-00-0000）に、この番号をお伝えください。" in client.get("/face/nowhere").text


def test_the_page_repeats_nothing_of_the_address(client: TestClient) -> None:
    page = client.get("/face/nowhere?secret=12345").text
    assert "12345" not in page
    assert 'href="/look/face/"' in page
