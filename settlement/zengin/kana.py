"""Half-width kana for bank files: one byte a character, JIS X 0201, in three character classes.

Source: 全銀協規定フォーマット, 付録1 使用文字.
"""

import re
import unicodedata
from enum import StrEnum

from settlement.zengin.refusals import KanaForbidden, KanaMissing, KanaTooLong

ENCODING = "cp932"
"""Its single-byte part is JIS X 0201; lengths are always those of this encoding."""

BANK_NAME_MAX_BYTES = 15
PAYEE_NAME_MAX_BYTES = 30
PAYER_NAME_MAX_BYTES = 40
EDI_MAX_BYTES = 20


class KanaClass(StrEnum):
    """Which characters a field takes: names of banks and branches, of account holders, EDI information."""

    BRANCH = "branch"
    PARTY = "party"
    EDI = "edi"


def normalise_kana(
    text: str,
    *,
    kana_class: KanaClass = KanaClass.PARTY,
    field: str = "kana",
    max_bytes: int | None = None,
    allow_wo_in_names: bool = False,
) -> str:
    """Turn a name as people type it into the half-width characters of a bank file.

    Full width becomes half width, hiragana katakana, small kana and letters large, every dash and ー a `-`,
    ・ a `.`; runs of spaces collapse and go from the ends. Nothing else is changed or dropped. An empty text
    stays empty; the result normalises to itself. Refuses, in this order: KanaForbidden for the first
    character outside the class (kanji, &, ヲ unless allowed), KanaTooLong above max_bytes.
    """
    allowed = _allowed_characters(kana_class, allow_wo_in_names)
    for position in _positions_inside_spaces(text):
        if not allowed.issuperset(_half_width(text[position])):
            raise KanaForbidden(field, text, position + 1, text[position])
    half_width = re.sub(" +", " ", "".join(map(_half_width, text))).strip(" ")
    if max_bytes is not None and kana_bytes(half_width) > max_bytes:
        raise KanaTooLong(field, text, kana_bytes(half_width), max_bytes)
    return half_width


def normalise_bank_name(kana: str, *, field: str = "bank_name") -> str:
    """Turn the reading of a bank or branch into the at most 15 bytes of its field.

    Full stops, middle dots and spaces, which this class of field does not take, are left out. Refuses as
    normalise_kana does.
    """
    without_stops = "".join(character for character in kana if _half_width(character) not in {".", " "})
    return normalise_kana(without_stops, kana_class=KanaClass.BRANCH, field=field, max_bytes=BANK_NAME_MAX_BYTES)


def check_kana(
    text: str,
    *,
    kana_class: KanaClass,
    field: str,
    max_bytes: int,
    required: bool = False,
    allow_wo_in_names: bool = False,
    item_number: int | None = None,
) -> None:
    """Say no to a text that is not already in the half-width characters of its field; nothing is converted.

    Refuses, in this order: KanaMissing for an empty text if one is required; KanaForbidden for the first
    character outside the class, or a space at either end, which could not be told from padding; KanaTooLong.
    """
    if required and not text:
        raise KanaMissing(field, item_number)
    allowed = _allowed_characters(kana_class, allow_wo_in_names)
    for position, character in enumerate(text):
        at_an_end = position in (0, len(text) - 1)
        if character not in allowed or (character == " " and at_an_end):
            raise KanaForbidden(field, text, position + 1, character, item_number)
    if kana_bytes(text) > max_bytes:
        raise KanaTooLong(field, text, kana_bytes(text), max_bytes, item_number)


def fit(half_width: str, max_bytes: int) -> str:
    """Cut half-width text to max_bytes, never between a kana and its ﾞ or ﾟ, and leave no space at the end."""
    end = min(max_bytes, len(half_width))
    while 0 < end < len(half_width) and half_width[end] in _SOUND_MARKS:
        end -= 1
    return half_width[:end].rstrip(" ")


def kana_bytes(half_width: str) -> int:
    """Count the bytes of half-width text in the file's encoding."""
    return len(half_width.encode(ENCODING))


_SOUND_MARKS = "ﾞﾟ"
_WO = "ｦ"
_LARGE_KANA = "".join(map(chr, range(ord("ｱ"), ord("ﾝ") + 1)))
_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_EVERYWHERE = _LARGE_KANA + _SOUND_MARKS + _LETTERS_AND_DIGITS + "-"
_CHARACTERS = {
    KanaClass.BRANCH: frozenset(_EVERYWHERE),
    KanaClass.PARTY: frozenset(_EVERYWHERE + "(). "),
    KanaClass.EDI: frozenset(_EVERYWHERE + "()./\\｢｣ " + _WO),
}


def _allowed_characters(kana_class: KanaClass, allow_wo_in_names: bool) -> frozenset[str]:
    names_with_wo = kana_class is KanaClass.PARTY and allow_wo_in_names
    return _CHARACTERS[kana_class] | {_WO} if names_with_wo else _CHARACTERS[kana_class]


def _positions_inside_spaces(text: str) -> range:
    """The positions of a text between the spaces that only stand before and after it."""
    spaces = [_half_width(character) == " " for character in text]
    if all(spaces):
        return range(0)
    return range(spaces.index(False), len(text) - spaces[::-1].index(False))


def _half_width(character: str) -> str:
    """The half-width form of one character, or something that no class allows if there is none.

    NFKD takes a voiced kana apart into the kana and its mark, which is also how the file writes it.
    """
    if character in "゛゜":
        return _SOUND_MARKS["゛゜".index(character)]
    return unicodedata.normalize("NFKD", character).translate(_HALF_WIDTH_BY_CODE)


def _half_width_table() -> dict[int, str]:
    table = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
    table |= {0x3099: "ﾞ", 0x309A: "ﾟ", ord("・"): ".", ord("¥"): "\\", ord("「"): "｢", ord("」"): "｣"}
    table |= {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
    katakana = {unicodedata.normalize("NFKC", half): half for half in _WO + _LARGE_KANA}
    small_and_large = zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True)
    katakana |= {small: katakana[large] for small, large in small_and_large}
    for full, half in katakana.items():
        table[ord(full)] = half
        table[ord(full) - _HIRAGANA_TO_KATAKANA] = half
    return table


_HIRAGANA_TO_KATAKANA = ord("ア") - ord("あ")
_HALF_WIDTH_BY_CODE = _half_width_table()
