"""Addresses in the one form in which they are compared; what is printed stays as the roll writes it."""

import re

from identity.roll.rules.text import HYPHENS, usual_width


def comparable_address(address: str) -> str:
    """The same text for every usual way to write one address: 大字納富分２６４３番地の１ becomes 納富分2643-1.

    Widths, spaces, 丁目, 番地, 番, 号, の and hyphens between numbers, numbers in kanji before these words, a leading
    prefecture, 大字, and ヶ and ケ are unified. Buildings belong in a field of their own.
    """
    text = _once(address)
    while (again := _once(text)) != text:
        text = again
    return text


def _once(address: str) -> str:
    text = "".join(usual_width(address).split()).translate(_SAME)
    text = _KANJI_NUMBER.sub(lambda match: str(_value(match[0])), text)
    text = _PREFECTURE.sub("", text).replace("大字", "")
    text = _AFTER_NUMBER.sub("-", text)
    return _BETWEEN_NUMBERS.sub("-", text).rstrip("-")


def _value(kanji: str) -> int:
    """The number that kanji write, below 100 with 十, else digit by digit."""
    if "十" not in kanji:
        return int("".join(str(_KANJI_DIGITS.index(one)) for one in kanji))
    tens, _, ones = kanji.partition("十")
    return (_KANJI_DIGITS.index(tens) if tens else 1) * 10 + (_KANJI_DIGITS.index(ones) if ones else 0)


_KANJI_DIGITS = "〇一二三四五六七八九"
_SAME = str.maketrans("ヶヵ", "ケカ")
_KANJI_NUMBER = re.compile(f"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[{_KANJI_DIGITS}]+)(?=丁目|番地|番|号)")
_PREFECTURE = re.compile("^(?:北海道|東京都|京都府|大阪府|(?:神奈川|和歌山|鹿児島|[一-鿿]{2})県)")
_AFTER_NUMBER = re.compile("(?<=[0-9])(?:丁目|番地|番|号)[のノ之]?")
_BETWEEN_NUMBERS = re.compile(f"(?<=[0-9])[{re.escape(HYPHENS)}のノ之]+(?=[0-9])|(?<=[0-9])[{re.escape(HYPHENS)}]+")
