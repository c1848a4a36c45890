"""Whoever reads English, やさしい日本語 or kanji with their readings gets whole pages, not halves."""

import ast
import re
from collections import defaultdict
from functools import cache

import pytest

from kernel.pages.furigana import GIVEN, known_words, unread_kanji
from kernel.pages.look import Language
from tests.promises.house import BOOKS, BUSINESS, ROOT, tree_of
from tests.promises.page_texts import messages_of, modules_of, texts_of, unmarked_texts

SHARED = "kernel.pages"
SPOKEN = (SHARED, "identity_provider", "public_pages", "wallet_api", "merchant_portal")
"""The faces of residents and shops; clerks read Japanese."""
PLACE = re.compile(r"%\((\w+)\)s")
MARKUP = re.compile(r"</?\w+[^>]*>")


@pytest.mark.parametrize("package", SPOKEN)
def test_every_text_of_a_page_can_be_translated(package: str) -> None:
    assert unmarked_texts(package) == []


@pytest.mark.parametrize("package", SPOKEN)
def test_every_text_of_a_page_has_an_english_translation(package: str) -> None:
    translated = {_one(message.id) for each in {SHARED, package} for _, message in messages_of(each, Language.EN)}
    missing = {text.msgid: text.place for text in texts_of(package) if text.msgid not in translated}
    assert missing == {}


@pytest.mark.parametrize("language", [Language.EN, Language.EASY])
@pytest.mark.parametrize("package", SPOKEN)
def test_a_catalogue_translates_texts_that_are_there(package: str, language: Language) -> None:
    there = {text.msgid for each in {SHARED, package} for text in texts_of(each)} | _texts_of_lower_floors()
    listed = {_one(message.id): file for file, message in messages_of(package, language)}
    assert {text: file for text, file in listed.items() if text not in there} == {}


@pytest.mark.parametrize("language", [Language.EN, Language.EASY])
@pytest.mark.parametrize("package", SPOKEN)
def test_a_translation_says_the_same_facts_and_stands_in_one_file(package: str, language: Language) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    wrong = []
    for file, message in messages_of(package, language):
        source = _one(message.id)
        translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
        said[source] |= {"|".join(translations)}
        for translation in translations:
            if not translation.strip() or _parts(translation) != _parts(source):
                wrong.append(f"{file}: {source} ⇒ {translation}")
    assert wrong == []
    assert {source: sorted(found) for source, found in said.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", SPOKEN)
def test_every_kanji_of_a_page_has_a_reading(package: str) -> None:
    easy = [message.string for _, message in messages_of(package, Language.EASY)]
    texts = {text.msgid for text in texts_of(package)} | {said for said in easy if isinstance(said, str)}
    assert {text: kanji for text in sorted(texts) if (kanji := unread_kanji(text))} == {}


def test_the_list_of_readings_has_each_word_once_and_in_order() -> None:
    lines = (ROOT / "kernel/pages/readings.txt").read_text("utf-8").splitlines()[1:]
    assert lines == sorted(set(lines))
    assert len(known_words()) == len(lines)
    assert [line for line in lines if re.search("[（）]", GIVEN.sub(r"\1", line)) or not GIVEN.search(line)] == []


def _one(msgid: str | tuple[str, ...] | list[str]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _parts(text: str) -> tuple[set[str], list[str]]:
    """The facts that a text places, and its markup."""
    return set(PLACE.findall(text)), sorted(MARKUP.findall(text))


@cache
def _texts_of_lower_floors() -> set[str]:
    """What a face shows of the books and the business, such as the words of a pledge, stands there unmarked."""
    trees = [tree_of(path) for room in (*BOOKS, *BUSINESS, "kashiman") for path in modules_of(room)]
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in constants if isinstance(text, str)}
