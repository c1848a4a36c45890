"""Pages guard their forms, protect their answers and turn refusals into pages."""

import pytest
from fastapi.testclient import TestClient

OURS = {"Origin": "http://city.example"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    ("path", "status"), [("/face/", 200), ("/face/fails/amount", 422), ("/face/fails/expired", 303)]
)
def test_every_answer_of_a_page_carries_the_security_headers_asvs_3_4(
    client: TestClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_a_form_from_our_own_page_is_read(client: TestClient) -> None:
    answer = client.post("/face/said", data={"name": "はなこ"}, headers=OURS)
    assert answer.status_code == 200
    assert "<h1>はなこ</h1>" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://city.example.evil.example"},
        {"Origin": "http://city.example:8080"},
        {"Origin": "ftp://city.example"},
        {"Referer": "http://evil.example/http://city.example"},
        {"Origin": "http://evil.example", "Referer": "http://city.example/face/"},
    ],
)
def test_a_form_from_elsewhere_is_refused_asvs_3_5_1(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/face/said", data={"name": "はなこ"}, headers=headers)
    assert answer.status_code == 403
    assert "ja:origin_not_ours:[]" in answer.text
    assert "お金は動いていません。" in answer.text


def test_a_referer_of_ours_is_enough_where_no_origin_is_sent(client: TestClient) -> None:
    assert client.post("/face/said", data={"name": "x"}, headers={"Referer": "http://city.example/face/"}).is_success


def test_a_page_over_http_cannot_send_a_form_to_us_over_https(client: TestClient) -> None:
    behind_proxy = {**OURS, "X-Forwarded-Proto": "https"}
    assert client.post("/face/said", data={"name": "x"}, headers=behind_proxy).status_code == 403
    by_https = {"Origin": "https://city.example", "X-Forwarded-Proto": "https"}
    assert client.post("/face/said", data={"name": "x"}, headers=by_https).status_code == 200


def test_a_refusal_says_what_happened_that_no_money_moved_and_what_to_do(client: TestClient) -> None:
    answer = client.get("/face/fails/amount")
    assert "ja:amount_out_of_range:[(&#39;given_yen&#39;, 0)" in answer.text
    assert "<strong>お金は動いていません。</strong>" in answer.text
    assert '<a class="button button-first" href="/face/amount">なおす</a>' in answer.text


def test_a_full_queue_started_nothing_and_says_when_to_ask_again(client: TestClient) -> None:
    answer = client.get("/face/fails/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "お金は動いていません。" in answer.text


def test_a_page_says_when_asking_again_makes_sense(client: TestClient) -> None:
    answer = client.get("/face/fails/crowded")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")


def test_an_unknown_outcome_never_claims_that_no_money_moved(client: TestClient) -> None:
    answer = client.get("/face/fails/unknown")
    assert answer.status_code == 503
    assert "まだ 確定していません" in answer.text
    assert "お金は動いていません" not in answer.text


def test_whoever_is_not_signed_in_any_more_is_led_to_the_sign_in_page(client: TestClient) -> None:
    answer = client.get("/face/fails/expired")
    assert (answer.status_code, answer.headers["location"]) == (303, "/face/sign-in?reason=token_expired")


def test_a_form_without_its_fields_gets_a_page_and_no_problem_document(client: TestClient) -> None:
    answer = client.post("/face/said", headers=OURS)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "fields_invalid" in answer.text


BY_HTTPS = {"Origin": "https://city.example", "X-Forwarded-Proto": "https"}


def test_a_cookie_is_hidden_from_scripts_and_from_forms_of_other_sites_asvs_3_3_2_and_3_3_4(client: TestClient) -> None:
    answer = client.post("/face/said", data={"name": "x"}, headers=OURS)
    assert answer.headers["set-cookie"] == "example=secret; HttpOnly; Max-Age=600; Path=/; SameSite=lax"


def test_over_https_a_cookie_never_leaves_it_and_is_of_this_host_alone_asvs_3_3_1(client: TestClient) -> None:
    answer = client.post("/face/said", data={"name": "x"}, headers=BY_HTTPS)
    assert answer.headers["set-cookie"] == (
        "__Host-example=secret; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure"
    )


def test_over_https_only_the_cookie_with_the_prefix_is_read_asvs_3_3_3(client: TestClient) -> None:
    by_https = {"X-Forwarded-Proto": "https"}
    for sent, by_http_read, by_https_read in [
        ("example=one", "one", "なし"),
        ("__Host-example=two", "なし", "two"),
        ("example=one; __Host-example=two", "one", "two"),
        ("example=", "なし", "なし"),
    ]:
        cookie = {"Cookie": sent}
        assert f"<h1>{by_http_read}</h1>" in client.get("/face/carried", headers=cookie).text
        assert f"<h1>{by_https_read}</h1>" in client.get("/face/carried", headers=cookie | by_https).text


def test_a_cookie_that_is_dropped_is_dropped_where_it_was_put(client: TestClient) -> None:
    dropped = client.post("/face/forgotten", headers=OURS).headers["set-cookie"]
    assert dropped.startswith('example=""; ')
    assert "Max-Age=0; Path=/; SameSite=lax" in dropped
    assert client.post("/face/forgotten", headers=BY_HTTPS).headers["set-cookie"].startswith('__Host-example=""; ')
