"""How somebody wants their pages is kept in their browser, and every page follows it."""

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from kernel.pages.look import Language, Look, TextSize, Theme, read_look

OURS = {"Origin": "http://city.example"}
NAME = "kashiman_look"


def look_of(cookie: str = "", accept_language: str = "") -> Look:
    """What a request with these headers wants."""
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accept_language.encode())]
    scope = {"type": "http", "scheme": "http", "server": ("city.example", 80), "path": "/", "headers": headers}
    return read_look(Request({**scope, "query_string": b""}))


@pytest.mark.parametrize(
    ("cookie", "look"),
    [
        ("", Look()),
        ("kashiman_look=", Look()),
        ("kashiman_look=en", Look(Language.EN)),
        ("kashiman_look=easy.large", Look(Language.EASY, TextSize.LARGE)),
        ("kashiman_look=dark.furigana.largest", Look(Language.JA, TextSize.LARGEST, True, Theme.DARK)),
        ("kashiman_look=xx.gigantic.<script>.light", Look(theme=Theme.LIGHT)),
        ("__Host-kashiman_look=en", Look()),
    ],
)
def test_a_cookie_is_read_for_what_is_understood_and_the_rest_is_as_usual(cookie: str, look: Look) -> None:
    assert look_of(cookie) == look


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [("en-GB,en;q=0.9", "en"), ("ja,en;q=0.8", "ja"), ("ja-easy", "easy"), ("vi", "ja"), ("", "ja")],
)
def test_without_a_choice_the_browsers_own_language_counts(accept_language: str, language: str) -> None:
    assert look_of(accept_language=accept_language).language == language
    assert look_of("kashiman_look=ja", accept_language).language == "ja"


def test_easy_japanese_is_japanese_and_always_has_readings() -> None:
    look = Look(Language.EASY, TextSize.LARGE, theme=Theme.DARK)
    assert (look.lang, look.wording, look.has_readings) == ("ja", "ja-easy", True)
    assert look.classes == "text-large theme-dark words-easy furigana"
    english = Look(Language.EN, furigana=True)
    assert (english.lang, english.wording, english.has_readings) == ("en", "en", False)


def test_what_was_chosen_is_kept_for_a_year_and_leads_back(client: TestClient) -> None:
    chosen = {"language": "en", "text_size": "large", "theme": "dark", "furigana": "true"}
    answer = client.post("/look/face/?name=x%20y", data=chosen, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/face/?name=x%20y")
    assert answer.headers["set-cookie"] == (
        f"{NAME}=en.large.dark.furigana; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax"
    )
    page = client.get("/face/").text
    assert '<html lang="en" class="text-large theme-dark words-en" data-wording="en">' in page
    assert 'href="/static/colours-dark.css?v=' in page


def test_a_choice_that_there_is_not_changes_nothing(client: TestClient) -> None:
    answer = client.post("/look/face/", data={"language": "xx"}, headers=OURS)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_a_form_from_elsewhere_cannot_choose_asvs_3_5_1(client: TestClient) -> None:
    answer = client.post("/look/face/", data={"language": "en"}, headers={"Origin": "http://evil.example"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize(
    ("behind", "leads_to"),
    [
        ("/face/a%20b?x=1&y=%3C", "/face/a%20b?x=1&amp;y=%3C"),
        ("//evil.example/", "/evil.example/"),
        ("/%5C%5Cevil.example", "/evil.example"),
        ("/%2F%2Fevil.example", "/evil.example"),
        ("/https://evil.example/", "/https://evil.example/"),
        ("/%09%22%3E", "/%09%22%3E"),
        ("/", "/look/"),
    ],
)
def test_the_way_back_never_leads_to_another_site_asvs_1_2_2(client: TestClient, behind: str, leads_to: str) -> None:
    assert f'<a class="button" href="{leads_to}">' in client.get(f"/look{behind}").text


def test_every_page_leads_to_where_its_look_is_changed(client: TestClient) -> None:
    assert '<a class="look-link" href="/look/face/?name=%E3%81%82">' in client.get("/face/?name=%E3%81%82").text


def test_an_answer_to_a_form_leads_back_to_the_page_with_the_form(client: TestClient) -> None:
    told = {**OURS, "Referer": "http://city.example/face/?name=a"}
    assert 'href="/look/face/?name=a"' in client.post("/face/said", data={"name": "x"}, headers=told).text
    elsewhere = {**OURS, "Referer": "http://evil.example/face/x"}
    assert 'href="/look/face/"' in client.post("/face/said", data={"name": "x"}, headers=elsewhere).text
