"""Names keep their characters, readings and numbers get one form."""

import pytest

from identity.roll.rules.text import (
    comparable_kana,
    normal_kana,
    normal_name,
    normal_number,
    normal_postal_code,
    usual_width,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("髙﨑", "髙﨑"),
        ("𠮷野", "𠮷野"),
        ("\ufa19代", "\ufa19代"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("①㈱", "①㈱"),
        ("\ue000", "\ue000"),
        ("　鹿島　　次郎 ", "鹿島 次郎"),
        ("ＮＧＵＹＥＮ　ＶＡＮ　Ａ", "NGUYEN VAN A"),
        ("ｼﾞｮﾝ･ｽﾐｽ", "ジョン・スミス"),
        ("か\u3099く", "がく"),
        ("カ゛ク", "ガク"),
        ("ﾊﾟ", "パ"),
    ],
)
def test_a_name_changes_in_width_and_spaces_only(given: str, kept: str) -> None:
    assert normal_name(given) == kept


def test_long_runs_of_mixed_width_become_one_width() -> None:
    assert usual_width("ＡＢｃ１２３ｶﾞｷﾞ！～") == "ABc123ガギ!~"


@pytest.mark.parametrize(
    ("given", "kana"),
    [
        ("ﾀｶｻｷ", "タカサキ"),
        ("ｶﾞﾝｼﾞｮｳ", "ガンジョウ"),
        ("きょうこ", "キョウコ"),
        ("キヨウコ", "キヨウコ"),
        ("ヴァージニア", "ヴァージニア"),
        ("ﾏﾘ-", "マリー"),
        ("マリ－", "マリー"),
        ("マリ―", "マリー"),
        ("マリ‐", "マリー"),
        ("マリ−", "マリー"),
        ("アン　マリー", "アン マリー"),
        ("グエン・ヴァン", "グエン・ヴァン"),
        ("ゔ", "ヴ"),
        ("高崎", None),
        ("TARO", None),
        ("タロウ1", None),
        ("", None),
    ],
)
def test_a_reading_is_full_width_katakana_or_none(given: str, kana: str | None) -> None:
    assert normal_kana(given) == kana


def test_readings_of_old_and_new_registers_compare_alike() -> None:
    assert comparable_kana("キョウコ") == comparable_kana("キヨウコ") == "キヨウコ"
    assert comparable_kana("アン・マリー") == comparable_kana("アン マリー") == "アンマリー"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("0000012345", "12345"),
        ("１２３４５", "12345"),
        (" 12345 ", "12345"),
        ("a0012", "A0012"),
        ("000", "0"),
        ("1" * 20, "1" * 20),
        ("1" * 21, None),
        ("1.23E+11", None),
        ("12-34", None),
        ("番号", None),
    ],
)
def test_a_number_of_the_roll_has_one_form(given: str, number: str | None) -> None:
    assert normal_number(given) == number


@pytest.mark.parametrize(
    "given", ["8491311", "849-1311", "〒849-1311", "〒８４９－１３１１", "849ー1311", "849 1311", "849−1311"]
)
def test_a_postal_code_has_one_form(given: str) -> None:
    assert normal_postal_code(given) == "849-1311"


@pytest.mark.parametrize("given", ["849131", "84913111", "849-13-11", "8491-311", "", "鹿島"])
def test_what_has_not_seven_digits_is_no_postal_code(given: str) -> None:
    assert normal_postal_code(given) is None
