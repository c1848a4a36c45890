"""What the scripts of a draw name, its page says in every language."""

import re

import pytest
from fastapi.testclient import TestClient

from kernel.pages.look import Language
from tests.issuance.market import Market
from tests.promises.page_texts import JAPANESE
from tests.public_pages.second_implementation import SOURCES
from tests.public_pages.test_draws import PAGE, UNITS

NAMED = re.compile(r'^  "([\w-]+)": (never|"[\w" |]+");$', re.MULTILINE)
SENTENCE = re.compile(r'<template data-when="([\w-]+)">(.*?)</template>')
PLACE = re.compile(r'data-fact="(\w+)"')


@pytest.mark.parametrize("language", Language)
def test_every_sentence_that_the_scripts_name_is_on_the_page_with_its_facts(
    market: Market, public: TestClient, language: Language
) -> None:
    market.selling(UNITS)
    page = public.get(PAGE, headers={"Cookie": f"__Host-kashiman_look={language}"}).text
    named = NAMED.findall((SOURCES / "sayings.ts").read_text(encoding="utf-8"))
    said = SENTENCE.findall(page)
    assert {name: set(re.findall(r'"(\w+)"', facts)) for name, facts in named} == {
        name: set(PLACE.findall(sentence)) for name, sentence in said
    }
    assert len(said) == len(named) > 100
    in_japanese = [name for name, sentence in said if JAPANESE.search(sentence)]
    assert bool(in_japanese) == (language is not Language.EN)


def test_scripts_hold_no_sentences() -> None:
    sources = sorted(SOURCES.glob("*.ts"))
    assert len(sources) > 20
    assert [source.name for source in sources if JAPANESE.search(source.read_text(encoding="utf-8"))] == []
