"""Templates are escaped, forms carry a key of their own, days and yen are written as people read them."""

import re
from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient

from kernel.pages.filters import clock_text, day_text, deadline_text, moment_text


def test_what_somebody_typed_is_escaped_asvs_1_2_1(client: TestClient) -> None:
    answer = client.get("/face/", params={"name": '<script>alert(1)</script>"'})
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;&#34;</h1>" in answer.text
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;&#34;"' in answer.text
    assert "<script" not in answer.text


def test_the_brand_of_the_face_stands_on_top_and_leads_home(client: TestClient) -> None:
    assert '<a class="brand" href="/face/">れい &amp; 例</a>' in client.get("/face/").text


def test_yen_are_written_with_thousands(client: TestClient) -> None:
    assert "<p>1,234,567円</p>" in client.get("/face/").text


def test_each_form_has_a_key_of_its_own(client: TestClient) -> None:
    keys = [re.findall(r'name="form_key" value="([A-Za-z0-9_-]{24})"', client.get("/face/").text) for _ in range(2)]
    assert [len(found) for found in keys] == [1, 1]
    assert keys[0] != keys[1]


def test_a_wrong_field_says_so_to_those_who_hear_the_page(client: TestClient) -> None:
    answer = client.post("/face/said", data={"name": "x"}, headers={"Origin": "http://city.example"})
    assert 'required aria-invalid="true" aria-describedby="name-error">' in answer.text


@pytest.mark.parametrize(
    ("path", "kind"), [("base.css", "text/css; charset=utf-8"), ("example.css", "text/css; charset=utf-8")]
)
def test_shared_and_own_files_lie_under_static(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(f"/static/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-cache")


def test_nothing_outside_of_the_static_directories_is_served(client: TestClient) -> None:
    assert client.get("/static/../rendering.py").status_code == 404
    assert client.get("/static/%2e%2e/rendering.py").status_code == 404


def test_the_style_sheet_asks_for_nothing_from_elsewhere(client: TestClient) -> None:
    sheet = client.get("/static/base.css").text
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_days_and_instants_are_written_in_the_citys_time() -> None:
    at = datetime(2026, 11, 20, 5, 5, 9, tzinfo=UTC)
    assert moment_text(at) == "2026年11月20日(金) 14:05"
    assert moment_text("2026-11-20T05:05:09+00:00") == "2026年11月20日(金) 14:05"
    assert clock_text(at) == "14:05:09"
    assert deadline_text(at) == "2026年11月20日(金) 14:05"
    assert deadline_text(datetime(2026, 11, 30, 15, 0, tzinfo=UTC)) == "2026年11月30日(月) 24:00"
    assert day_text(date(2026, 11, 20)) == "2026年11月20日(金)"
    assert day_text(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)) == "2026年11月21日(土)"


def test_an_instant_without_an_offset_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="not an instant with an offset"):
        moment_text("2026-11-20T05:05:09")
