"""Readings above kanji, for the words of our own pages.

A reading is written as Japanese does in plain text, in full-width brackets behind the kanji: 商品券（しょうひんけん）.
`readings.txt` lists the words of our pages so, one a line; the longest word that fits wins. While a page is written, a
reading travels between marks that no text may contain (noncharacters: The Unicode Standard, section 23.7), because only
the finished page tells where it may stand: above text, and never in an attribute, a title, an option or a picture.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

KANJI = "々〆ヶ㐀-䶿一-鿿"
WORD, READING, END = "\ufdd0", "\ufdd1", "\ufdd2"
TEXT, TEXT_END = "\ufdd3", "\ufdd4"
GIVEN = re.compile(rf"([{KANJI}]+)（([ぁ-ゖー]+)）")
NO_MARK = f"[^<>{WORD}{READING}{END}]"
MARKED = re.compile(f"{WORD}({NO_MARK}*){READING}({NO_MARK}*){END}")
UNTOUCHED = "title|option|textarea|script|style|text|desc"
PIECE = re.compile(
    rf"(?P<whole><(?P<name>{UNTOUCHED})\b.*?</(?P=name)\s*>|<!--.*?-->|<[^>]*>)|{MARKED.pattern}", re.DOTALL
)
RUBY = r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>"
TEXTS_KEPT = 4_096


@lru_cache(TEXTS_KEPT)
def mark_readings(text: str) -> str:
    """Put marks around the words of a text whose readings are known or stand behind them in brackets.

    Such a text is marked as a whole, too: it becomes one element, or each ruby element would be a column of its own in
    a button or a heading that is laid out as a row.
    """
    marked = _words().sub(lambda found: _marked(found[0]), text)
    return f"{TEXT}{marked}{TEXT_END}" if WORD in marked else marked


def with_ruby(page: str) -> str:
    """Turn the marks of a page into ruby elements; where these may not stand, only the word is left."""
    written = PIECE.sub(
        lambda piece: without_readings(piece[0]) if piece["whole"] else MARKED.sub(RUBY, piece[0]), page
    )
    return written.replace(TEXT, "<span>").replace(TEXT_END, "</span>")


def without_readings(text: str) -> str:
    """The text that was marked."""
    return MARKED.sub(r"\1", text).replace(TEXT, "").replace(TEXT_END, "")


def unread_kanji(text: str) -> str:
    """The kanji of a text that nobody told how to read."""
    return "".join(re.findall(rf"[{KANJI}]", MARKED.sub("", mark_readings(text))))


@cache
def known_words() -> dict[str, str]:
    """Each word of the list, and how it is written with its readings."""
    lines = (files("kernel.pages") / "readings.txt").read_text("utf-8").splitlines()
    return {GIVEN.sub(r"\1", line): line for line in lines if line and not line.startswith("#")}


def _marked(found: str) -> str:
    return GIVEN.sub(rf"{WORD}\1{READING}\2{END}", known_words().get(found, found))


@cache
def _words() -> re.Pattern[str]:
    words = sorted(known_words(), key=len, reverse=True)
    return re.compile("|".join([GIVEN.pattern, *map(re.escape, words)]))
