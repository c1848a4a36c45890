"""What holds for every text of the roll, and for every extract however it is written."""

import unicodedata
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from identity.roll.model import DEFAULT_LAYOUT
from identity.roll.rules.address import comparable_address
from identity.roll.rules.dates import ERAS, read_date
from identity.roll.rules.reading import read_roll
from identity.roll.rules.text import (
    comparable_kana,
    normal_kana,
    normal_name,
    normal_number,
    normal_postal_code,
    usual_width,
)
from tests.identity.roll.extracts import BASE_DATE, HANAKO, JIRO, KEY, TARO, written

MANY = settings(deadline=None, max_examples=200)
OF_REGISTERS = st.sampled_from("髙﨑𠮷\ufa19鹿島ｶｷﾊｳﾞﾟーｰ-－―カハウがアァ・･゛゜\u3099\u309aＡａ１1 　")
TEXTS = st.text(OF_REGISTERS, max_size=20) | st.text(max_size=20)
ADDRESSES = st.text(st.sampled_from("佐賀県鹿島市大字浜町一二十〇丁目番地号のノ之ヶケ-－ー０１9 　京都府"), max_size=25)
HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
DAYS = st.dates(date(1873, 1, 1), date(2030, 12, 31))


KANJI = st.one_of(
    [
        st.characters(categories=["Lo"], min_codepoint=first, max_codepoint=last)
        for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
    ]
)
"""Unified and compatibility ideographs, such as 﨑 (U+FA11)."""


@MANY
@given(TEXTS)
def test_what_is_in_its_normal_form_stays_as_it_is(text: str) -> None:
    assert usual_width(usual_width(text)) == usual_width(text)
    assert normal_name(normal_name(text)) == normal_name(text)
    for normal in (normal_kana, normal_number, normal_postal_code):
        once = normal(text)
        assert once is None or normal(once) == once


@MANY
@given(ADDRESSES | TEXTS)
def test_an_address_compares_like_its_own_comparable_form(address: str) -> None:
    compared = comparable_address(address)
    assert comparable_address(compared) == compared
    assert comparable_address(f" {address.translate(HALF_WIDTH)}　") == compared


@MANY
@given(st.text(KANJI, max_size=10))
def test_no_kanji_is_ever_replaced(name: str) -> None:
    assert normal_name(name) == name


@MANY
@given(st.text(st.sampled_from("アイウエオカキクケコガギパピプヴャュョッァィー・"), min_size=1, max_size=20))
def test_half_width_kana_and_hiragana_read_as_the_katakana_they_stand_for(kana: str) -> None:
    half = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)}
    halved = "".join(
        half.get(mark, {"\u3099": "ﾞ", "\u309a": "ﾟ"}.get(mark, mark)) for mark in unicodedata.normalize("NFD", kana)
    )
    hiragana = "".join(chr(ord(one) - 0x60) if "ァ" <= one <= "ヶ" else one for one in kana)
    assert normal_kana(halved) == normal_kana(hiragana) == normal_kana(kana) == kana
    assert comparable_kana(comparable_kana(kana)) == comparable_kana(kana)


@MANY
@given(DAYS)
def test_a_day_reads_alike_in_both_calendars(day: date) -> None:
    era = next(era for era in reversed(ERAS) if era.first_day <= day)
    year = day.year - era.first_day.year + 1
    writings = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{era.letter}{year}.{day.month}.{day.day}",
        f"{era.kanji}{'元' if year == 1 else year}年{day.month}月{day.day}日",
    ]
    assert [read_date(text) for text in writings] == [day] * len(writings)


@settings(deadline=None, max_examples=60)
@given(
    st.permutations([TARO, HANAKO, JIRO]),
    st.permutations([*TARO, "備考"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
)
def test_the_order_of_columns_and_the_encoding_change_nothing(
    rows: list[dict[str, str]], columns: list[str], encoding: str
) -> None:
    file = written(*rows, encoding=encoding, columns=columns)
    extract = read_roll(file, base_date=BASE_DATE, key=KEY, layout=DEFAULT_LAYOUT)
    expected = read_roll(written(*rows), base_date=BASE_DATE, key=KEY, layout=DEFAULT_LAYOUT)
    assert extract.residents == expected.residents
    assert extract.columns_not_kept == ("備考",)
