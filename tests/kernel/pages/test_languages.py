"""A page speaks the language that is wanted, as far as its face has words for it."""

import pytest
from fastapi.testclient import TestClient

from kernel.pages import Pages
from kernel.pages.filters import date_filters
from kernel.pages.look import Language

EN, EASY, FURIGANA = ({"Cookie": f"kashiman_look={look}"} for look in ("en", "easy", "furigana"))


def test_a_text_is_said_in_the_language_that_is_wanted(client: TestClient) -> None:
    assert "<h2>ようこそ、はな&lt;こ&gt;さん</h2>" in client.get("/face/words").text
    assert "<h2>Welcome, はな&lt;こ&gt;</h2>" in client.get("/face/words", headers=EN).text


def test_what_a_language_has_no_words_for_is_said_in_japanese(client: TestClient) -> None:
    assert "<h2>ようこそ、はな&lt;こ&gt;さん</h2>" in client.get("/face/words", headers=EASY).text
    assert "<p>まだ訳していない</p>" in client.get("/face/words", headers=EN).text


def test_shared_texts_are_said_in_it_too_and_a_faces_own_words_come_first(client: TestClient) -> None:
    page = client.get("/face/words", headers=EN).text
    assert ">Skip to the content</a>" in page
    assert "<p>Mine, not the shared one</p>" in page


def test_one_and_many_are_told_apart(client: TestClient) -> None:
    page = client.get("/face/words", headers=EN).text
    assert "<p>1 unit</p>" in page
    assert "<p>3 units</p>" in page
    assert "<p>3口</p>" in client.get("/face/words").text


def test_a_text_of_a_module_is_translated_and_escaped(client: TestClient) -> None:
    page = client.get("/face/words", headers=EN).text
    assert "<p>Notes</p>" in page
    assert "<p>&lt;b&gt;100%&lt;/b&gt;</p>" in page


def test_a_refusal_speaks_the_pages_language(client: TestClient) -> None:
    page = client.get("/face/fails/amount", headers=EN).text
    assert "en:amount_out_of_range:" in page
    assert "<strong>No money has moved.</strong>" in page
    assert "ja:amount_out_of_range:" in client.get("/face/fails/amount", headers=EASY).text


def test_a_face_without_words_is_in_japanese_for_everybody(client: TestClient, pages: Pages) -> None:
    silent = Pages("staff_console", brand="市役所", home="/", sign_in="/")
    assert silent.languages == (Language.JA,)
    assert pages.languages == (Language.JA, Language.EN)
    page = client.get("/face/words", headers=EASY).text
    assert '<html lang="ja" class="text-normal theme-auto words-ja"' in page


@pytest.mark.parametrize(
    ("name", "japanese", "english"),
    [
        ("day", "2026年11月21日(土)", "Sat 21 Nov 2026"),
        ("moment", "2026年11月21日(土) 00:00", "Sat 21 Nov 2026, 00:00"),
        ("deadline", "2026年11月20日(金) 24:00", "Fri 20 Nov 2026, 24:00"),
        ("clock", "00:00:00", "00:00:00"),
    ],
)
def test_days_are_written_as_the_language_writes_them(name: str, japanese: str, english: str) -> None:
    midnight = "2026-11-20T15:00:00+00:00"
    assert date_filters(Language.JA)[name](midnight) == japanese
    assert date_filters(Language.EASY)[name](midnight) == japanese
    assert date_filters(Language.EN)[name](midnight) == english


def test_short_days_and_months_are_written_as_the_language_writes_them() -> None:
    assert date_filters(Language.JA)["month_day"]("2026-11-21") == "11月21日"
    assert date_filters(Language.EN)["month_day"]("2026-11-21") == "21 Nov"
    assert date_filters(Language.JA)["month"]("2026-11-21") == "2026年11月"
    assert date_filters(Language.EN)["month"]("2026-11-21") == "Nov 2026"


def test_money_is_the_same_in_every_language(client: TestClient) -> None:
    assert "<p>1,234,567円</p>" in client.get("/face/", headers=EN).text


def test_readings_stand_above_words_and_nowhere_else(client: TestClient) -> None:
    page = client.get("/face/words", headers=FURIGANA).text
    assert '<p title="市役所へ"><span><ruby>市役所<rp>（</rp><rt>しやくしょ</rt><rp>）</rp></ruby>へ</span></p>' in page
    assert "<option>市役所へ</option>" in page
    assert "<title>市役所へ</title>" in page
    assert "<text>市役所へ</text>" in page
    assert not any(mark in page for mark in "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4")
    assert "<ruby>" not in client.get("/face/words").text


def test_what_somebody_typed_gets_no_readings(client: TestClient) -> None:
    page = client.get("/face/words", params={"name": "市役所 \ufdd0金\ufdd1<b>\ufdd2"}, headers=FURIGANA).text
    assert "ようこそ、市役所 " in page
    assert "<b>" not in page
