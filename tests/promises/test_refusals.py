"""Every expected no has a unique code, facts that JSON can carry, a status, wording in three languages, and a place in
the docs.
"""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from kashiman.wording import easy, en, ja
from kashiman.wording.page import OUTAGES, known_refusals, refusals_page
from kashiman.wording.refusals import TONGUES, refusal_sentence
from kashiman.wording.sentence import CLAUSE, MISSING, PLACE
from kernel.http import STATUS_BY_KIND
from kernel.refusals import Kind, Outage, Refusal

ROOT = Path(__file__).parents[2]
REFUSALS = known_refusals()
CODES = REFUSALS.keys() | OUTAGES.keys()
LANGUAGES = sorted(TONGUES)
FACT_TYPES = {str, int, bool, date, type(None)}
TOO_LONG = {"ja": 130, "en": 260, "ja-easy": 220}
READING = re.compile(r"（[ぁ-んァ-ヶー]+）")
KEIGO = re.compile(r"お[^ ]{1,4}(ください|いたし)|ございま|いただ|申し訳|恐れ入")


def test_every_subclass_of_refusal_in_the_system_is_known_by_its_own_code() -> None:
    ours = {cls for cls in _descendants(Refusal) if cls.__module__.split(".")[0] != "tests"}
    assert ours == set(REFUSALS.values())
    assert all(REFUSALS[cls.code] is cls for cls in ours)


def test_every_outage_is_known_by_its_own_code() -> None:
    assert _descendants(Outage) == set(OUTAGES.values())
    assert REFUSALS.keys().isdisjoint(OUTAGES)


def test_every_kind_has_a_4xx_status_of_its_own() -> None:
    assert STATUS_BY_KIND.keys() == set(Kind)
    assert len(set(STATUS_BY_KIND.values())) == len(Kind)
    assert all(400 <= status < 500 for status in STATUS_BY_KIND.values())


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_is_a_dataclass_of_json_facts_that_says_what_it_means(code: str) -> None:
    refusal = REFUSALS[code]
    assert "__dataclass_fields__" in vars(refusal)
    assert isinstance(refusal.kind, Kind)
    assert refusal.__doc__ is not None
    assert refusal.__doc__.split("\n")[0].endswith((".", ";", ":", ","))
    assert not refusal.__doc__.startswith(f"{refusal.__name__}(")
    hints = get_type_hints(refusal)
    for field in dataclasses.fields(refusal):
        assert _is_fact(hints[field.name]), f"{code}.{field.name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_worded_and_every_wording_has_a_code(language: str) -> None:
    worded = TONGUES[language].sentences.keys()
    assert {"without wording": CODES - worded, "without code": worded - CODES} == {
        "without wording": set(),
        "without code": set(),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_names_only_facts_of_its_refusal(language: str) -> None:
    for code, sentence in TONGUES[language].sentences.items():
        named = {place[1] for place in PLACE.finditer(sentence)}
        assert named <= _fact_names(code), code
        assert not set(PLACE.sub("", CLAUSE.sub(r"\1", sentence))) & set("[]{}"), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_whole_with_all_facts_and_never_raises_without_them(language: str) -> None:
    for code, sentence in TONGUES[language].sentences.items():
        facts = {name: 1200 if name.endswith("_yen") else "2026-11-20" for name in _fact_names(code)}
        full = refusal_sentence(code, facts, language)
        assert MISSING not in full, code
        assert not set("{}[]") & set(full), code
        assert len(full) <= TOO_LONG[language], code
        assert full.rstrip(")）").endswith((".", "。")), code
        bare = refusal_sentence(code, {}, language)
        assert bare.count(MISSING) == len(PLACE.findall(CLAUSE.sub("", _needed_only(sentence)))), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_holds_codes_that_no_other_catalogue_holds(language: str) -> None:
    package = {"ja": ja, "en": en, "ja-easy": easy}[language]
    assert sum(len(catalogue.SENTENCES) for catalogue in package.CATALOGUES) == len(package.TONGUE.sentences)


def test_the_three_languages_have_the_same_words_for_names_and_the_same_order() -> None:
    assert list(ja.TONGUE.words) == list(en.TONGUE.words) == list(easy.TONGUE.words)
    assert list(ja.TONGUE.sentences) == list(en.TONGUE.sentences) == list(easy.TONGUE.sentences)


def test_easy_japanese_uses_no_honorific_turns_and_short_sentences() -> None:
    for code, sentence in easy.TONGUE.sentences.items():
        read = PLACE.sub("00", READING.sub("", sentence))
        assert not KEIGO.search(read), code
        assert all(len(part) <= 45 for part in re.split(r"[。\[\]]", read)), code


def test_whoever_pays_or_is_paid_reads_whether_money_moved() -> None:
    for code in ("value_not_enough", "payer_belongs_to_shop", "consumer_code_used", "merchant_suspended"):
        assert "お金は動いていません。" in ja.TONGUE.sentences[code]
        assert "No money has moved" in en.TONGUE.sentences[code]
    assert "お金は動いていません" not in ja.TONGUE.sentences["outcome_unknown"]


def test_facts_are_written_as_people_read_them() -> None:
    short = {"asked_yen": 1200, "usable_yen": 800, "total_yen": 9000}
    assert refusal_sentence("value_not_enough", short, "ja") == (
        "残高が足りません。お支払いは1,200円、このお店で今日使えるのは800円です。お金は動いていません。"
        "金額を下げるか、不足分を現金などでお支払いください。"
    )
    assert "¥1,200" in refusal_sentence("value_not_enough", short, "en")
    day = {"paid_on": "2026-11-20", "asked_on": "2026-11-21"}
    assert "11月20日" in refusal_sentence("void_only_on_same_day", day, "ja")
    assert "20 November" in refusal_sentence("void_only_on_same_day", day, "en")
    instant = {"locked_until": "2026-11-20T15:05:00+00:00"}
    assert "11月21日0時05分" in refusal_sentence("sign_in_locked", instant, "ja")
    state = {"from_state": "draft", "to_state": "in_use"}
    assert "「準備中」から「利用期間中」へ" in refusal_sentence("campaign_move_not_legal", state, "ja")
    fields = {"fields": ["units", "amount_yen"]}
    assert "口数、金額" in refusal_sentence("fields_invalid", fields, "ja")
    assert "[" not in refusal_sentence("resident_record_invalid", {"position": 0, "field_name": "address"}, "ja")
    assert "1件目の「住所」" in refusal_sentence(
        "resident_record_invalid", {"position": 0, "field_name": "address"}, "ja"
    )


def test_a_fact_that_looks_like_a_place_is_not_filled_again() -> None:
    assert "{receipt}" in refusal_sentence("store_unknown", {"store": "{receipt}"}, "ja")


@pytest.mark.parametrize("odd", ["2026-13-40", "2026-11-20T99:99", "", None, [], ["a", None], 0, True, {"a": 1}])
def test_an_odd_fact_never_raises(odd: Any) -> None:
    facts: Mapping[str, Any] = {"store": odd, "serial": odd, "revoked_at": odd, "asked_yen": odd, "fields": odd}
    for language in (*LANGUAGES, "fr"):
        for code in ("store_unknown", "poster_revoked", "value_not_enough", "fields_invalid"):
            assert refusal_sentence(code, facts, language)


def test_an_unknown_code_gets_the_general_sentence_and_an_unknown_language_japanese() -> None:
    assert refusal_sentence("no_such_code", {}, "en") == en.TONGUE.unknown
    assert refusal_sentence("busy", {}, "fr") == ja.TONGUE.sentences["busy"]


def test_the_page_of_refusals_is_what_the_code_says() -> None:
    assert (ROOT / "docs/refusals.md").read_text(encoding="utf-8") == refusals_page(), "run python -m kashiman.wording"


def _descendants(cls: type) -> set[Any]:
    children: set[Any] = set(cls.__subclasses__())
    return children.union(*map(_descendants, children))


def _is_fact(hint: Any) -> bool:
    parts = [part for part in get_args(hint) if part is not ...]
    return hint in FACT_TYPES or (bool(parts) and all(map(_is_fact, parts)))


def _fact_names(code: str) -> set[str]:
    return {field.name for field in dataclasses.fields(REFUSALS[code])} if code in REFUSALS else set()


def _needed_only(sentence: str) -> str:
    """The sentence without the clauses that have a fact; a clause without one always stays."""
    return CLAUSE.sub(lambda clause: "" if PLACE.search(clause[1]) else clause[1], sentence)
