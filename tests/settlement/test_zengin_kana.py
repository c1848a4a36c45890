"""Names become half-width kana by one recipe, or are refused with the character that stands in the way."""

import pytest
from zengin_code.bank import Bank

from settlement.zengin.kana import (
    PAYEE_NAME_MAX_BYTES,
    KanaClass,
    check_kana,
    fit,
    kana_bytes,
    normalise_bank_name,
    normalise_kana,
)
from settlement.zengin.refusals import KanaForbidden, KanaMissing, KanaTooLong


@pytest.mark.parametrize(
    ("typed", "half_width", "length_bytes"),
    [
        ("カ）サクラノショウテン", "ｶ)ｻｸﾗﾉｼﾖｳﾃﾝ", 11),
        ("ヤマダベーカリー（ユ", "ﾔﾏﾀﾞﾍﾞ-ｶﾘ-(ﾕ", 12),
        ("キャノン", "ｷﾔﾉﾝ", 4),
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ", 8),
        ("ヴァイオリンコウボウ", "ｳﾞｱｲｵﾘﾝｺｳﾎﾞｳ", 12),
        ("ａｂｃ・ショップ", "ABC.ｼﾖﾂﾌﾟ", 9),
        ("びわこ", "ﾋﾞﾜｺ", 4),
    ],
)
def test_a_typed_name_becomes_half_width(typed: str, half_width: str, length_bytes: int) -> None:
    assert normalise_kana(typed) == half_width
    assert kana_bytes(half_width) == length_bytes


def test_the_bytes_are_those_of_jis_x_0201() -> None:
    assert normalise_kana("カ）サクラノショウテン").encode("cp932").hex(" ") == "b6 29 bb b8 d7 c9 bc d6 b3 c3 dd"


@pytest.mark.parametrize(
    ("typed", "position", "character"),
    [
        ("東京商店", 1, "東"),
        ("カヲル", 2, "ヲ"),
        ("A&B", 2, "&"),
        ("クヮ*", 3, "*"),
        ("　㈱サクラ", 2, "㈱"),
        ("サクラ~", 4, "~"),
        ("サクラ🍵", 4, "🍵"),
        ("カフェ、ミ", 4, "、"),
        ("カフェ\tミ", 4, "\t"),
        ("ヰ", 1, "ヰ"),
        ("é", 1, "é"),
    ],
)
def test_a_character_outside_the_class_is_refused_where_it_was_typed(typed: str, position: int, character: str) -> None:
    with pytest.raises(KanaForbidden) as refused:
        normalise_kana(typed, field="payee_name")
    assert refused.value == KanaForbidden("payee_name", typed, position, character)


@pytest.mark.parametrize("dash", "-‐‑‒–—―−ーｰ－")
def test_every_dash_and_long_mark_becomes_a_hyphen(dash: str) -> None:
    assert normalise_kana(f"コ{dash}ヒ") == "ｺ-ﾋ"


def test_every_small_kana_becomes_large() -> None:
    assert normalise_kana("ァィゥェォッャュョヮヵヶ") == "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"
    assert normalise_kana("ぁぃぅぇぉっゃゅょゎゕゖ") == "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"
    assert normalise_kana("ｧｨｩｪｫｯｬｭｮ") == "ｱｲｳｴｵﾂﾔﾕﾖ"


def test_every_large_kana_has_its_half_width_form() -> None:
    plain = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    half_width = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
    assert normalise_kana(plain) == half_width
    assert normalise_kana("あいうえお がぎぐげご ぱぴぷぺぽ ゔ") == "ｱｲｳｴｵ ｶﾞｷﾞｸﾞｹﾞｺﾞ ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ ｳﾞ"
    assert normalise_kana("ザジズゼゾダヂヅデドバビブベボ") == "ｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞ"


def test_a_sound_mark_typed_by_itself_stays_beside_its_kana() -> None:
    assert normalise_kana("カ゛ハ゜") == "ｶﾞﾊﾟ"


def test_runs_of_spaces_collapse_and_go_from_the_ends() -> None:
    assert normalise_kana(" 　ヤマダ　 　タロウ　") == "ﾔﾏﾀﾞ ﾀﾛｳ"
    assert normalise_kana("　 ") == ""


def test_wo_is_taken_in_names_only_when_the_bank_allows_it() -> None:
    assert normalise_kana("カヲル", allow_wo_in_names=True) == "ｶｦﾙ"
    with pytest.raises(KanaForbidden):
        normalise_kana("カヲル", kana_class=KanaClass.BRANCH, allow_wo_in_names=True)
    assert normalise_kana("カヲル", kana_class=KanaClass.EDI) == "ｶｦﾙ"


def test_edi_information_takes_more_symbols_than_names_do() -> None:
    assert normalise_kana("「セイサン」￥１／２", kana_class=KanaClass.EDI) == "｢ｾｲｻﾝ｣\\1/2"
    with pytest.raises(KanaForbidden) as refused:
        normalise_kana("セイサン/2")
    assert refused.value == KanaForbidden("kana", "セイサン/2", 5, "/")


@pytest.mark.parametrize("character", ["(", ")", ".", " ", "/"])
def test_the_name_of_a_branch_takes_no_symbol_but_the_hyphen(character: str) -> None:
    assert normalise_kana("エキ-マエ", kana_class=KanaClass.BRANCH) == "ｴｷ-ﾏｴ"
    with pytest.raises(KanaForbidden) as refused:
        normalise_kana(f"エキ{character}マエ", kana_class=KanaClass.BRANCH)
    assert refused.value == KanaForbidden("kana", f"エキ{character}マエ", 3, character)


def test_a_name_longer_than_its_field_is_refused_by_its_bytes() -> None:
    name = "ガ" * 15
    assert normalise_kana(name, max_bytes=PAYEE_NAME_MAX_BYTES) == "ｶﾞ" * 15
    with pytest.raises(KanaTooLong) as refused:
        normalise_kana(name + "ア", field="payee_name", max_bytes=PAYEE_NAME_MAX_BYTES)
    assert refused.value == KanaTooLong("payee_name", name + "ア", 31, 30)


@pytest.mark.parametrize(
    ("half_width", "max_bytes", "cut"),
    [
        ("ﾔﾏﾀﾞﾀﾛｳ", 7, "ﾔﾏﾀﾞﾀﾛｳ"),
        ("ﾔﾏﾀﾞﾀﾛｳ", 4, "ﾔﾏﾀﾞ"),
        ("ﾔﾏﾀﾞﾀﾛｳ", 3, "ﾔﾏ"),
        ("ﾔﾏ ﾀﾛｳ", 3, "ﾔﾏ"),
        ("ｶﾞ", 1, ""),
        ("ｱ", 0, ""),
    ],
)
def test_cutting_never_parts_a_kana_from_its_sound_mark(half_width: str, max_bytes: int, cut: str) -> None:
    assert fit(half_width, max_bytes) == cut


@pytest.mark.parametrize(
    ("text", "position"),
    [("ヤマダ", 1), (" ﾔﾏﾀﾞ", 1), ("ﾔﾏﾀﾞ ", 5), ("ﾔｰ", 2), ("ﾔ･ﾏ", 2), ("ﾔｬ", 2), ("Aa", 2)],
)
def test_a_text_for_a_file_is_never_converted_on_the_way(text: str, position: int) -> None:
    with pytest.raises(KanaForbidden) as refused:
        check_kana(text, kana_class=KanaClass.PARTY, field="payee_name", max_bytes=30, item_number=7)
    assert refused.value == KanaForbidden("payee_name", text, position, text[position - 1], 7)


def test_a_mandatory_text_may_not_be_empty() -> None:
    check_kana("", kana_class=KanaClass.BRANCH, field="bank_name", max_bytes=15)
    with pytest.raises(KanaMissing) as refused:
        check_kana("", kana_class=KanaClass.PARTY, field="payer_name", max_bytes=40, required=True)
    assert refused.value == KanaMissing("payer_name")


def test_the_name_of_every_bank_of_japan_fits_its_field() -> None:
    names = [normalise_bank_name(bank.kana) for bank in Bank.all.values()]
    assert len(names) >= 1_100
    for name in names:
        check_kana(name, kana_class=KanaClass.BRANCH, field="bank_name", max_bytes=15, required=True)


def test_the_stops_in_the_names_of_foreign_banks_are_left_out() -> None:
    assert normalise_bank_name("オ－バ－シ－．チヤイニ－ズ") == "ｵ-ﾊﾞ-ｼ-ﾁﾔｲﾆ-ｽﾞ"
    assert normalise_bank_name("オーバー・シー") == "ｵ-ﾊﾞ-ｼ-"
