"""A reason is something that the person whose data were read can understand."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from identity.access.model import Reason, ReasonCode
from identity.access.refusals import (
    CaseReferenceMissing,
    CaseReferenceTooLong,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
)
from identity.access.rules.reasons import EMPTY_PHRASES, LETTERS_MIN, NEED_A_CASE, is_vague, on_one_line, usable_reason
from kernel.refusals import Refusal

WORDS = "本人から残高の問い合わせ"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", ReasonMissing()),
        (" 　\t\n", ReasonMissing()),
        ("\u200b\u202e", ReasonMissing()),
        ("電話", ReasonTooVague(4)),
        ("....。。。！！？？", ReasonTooVague(4)),
        ("ああああああ", ReasonTooVague(4)),
        ("いろいろいろ", ReasonTooVague(4)),
        ("20261120", ReasonTooVague(4)),
        ("確認のため。", ReasonTooVague(4)),
        ("Ｔｅｓｔｉｎｇ！", ReasonTooVague(4)),
        ("問" * 301, ReasonTooLong(300)),
    ],
)
def test_a_reason_that_says_nothing_is_refused(text: str, refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as refused:
        usable_reason(Reason(ReasonCode.INQUIRY, text))
    assert refused.value == refusal


@pytest.mark.parametrize("text", ["電話照会", "lost phone", "住所確認のため来庁", "口座番号3件の照合"])
def test_a_short_reason_that_says_something_stands(text: str) -> None:
    assert usable_reason(Reason(ReasonCode.INQUIRY, text)) == Reason(ReasonCode.INQUIRY, text)


def test_asvs_16_4_1_a_reason_is_stored_on_one_line_without_hidden_characters() -> None:
    given_text = "  本人から\n2026-09-01 00:00 管理者が削除\x00\x1b[2J  \u202e残高の\u200b問い合わせ "
    kept = usable_reason(Reason(ReasonCode.INQUIRY, given_text, " 窓\n12 "))
    assert kept.text == "本人から 2026-09-01 00:00 管理者が削除[2J 残高の問い合わせ"
    assert kept.case_reference == "窓 12"


@pytest.mark.parametrize("code", sorted(NEED_A_CASE))
def test_a_reason_that_rests_on_a_document_names_it(code: ReasonCode) -> None:
    for nothing in (None, "", " \n"):
        with pytest.raises(CaseReferenceMissing):
            usable_reason(Reason(code, WORDS, nothing))
    assert usable_reason(Reason(code, WORDS, "鹿総第12号")).case_reference == "鹿総第12号"
    with pytest.raises(CaseReferenceTooLong):
        usable_reason(Reason(code, WORDS, "号" * 65))


def test_other_reasons_need_no_document() -> None:
    for code in set(ReasonCode) - NEED_A_CASE:
        assert usable_reason(Reason(code, WORDS, " ")).case_reference is None


@given(st.text(st.characters(categories=["P", "S", "Z", "C", "M"]), max_size=60))
@settings(deadline=None, max_examples=200)
def test_marks_and_spaces_alone_are_never_a_reason(text: str) -> None:
    try:
        usable_reason(Reason(ReasonCode.INQUIRY, text))
    except (ReasonMissing, ReasonTooVague):
        return
    folded = unicodedata.normalize("NFKC", text)
    assert sum(unicodedata.category(sign)[0] in "LN" for sign in folded) >= LETTERS_MIN


@given(st.sampled_from(sorted(EMPTY_PHRASES)), st.text(" 　。、.,!！?？…-", max_size=5), st.booleans())
@settings(deadline=None, max_examples=100)
def test_an_empty_phrase_stays_vague_however_it_is_dressed_up(phrase: str, marks: str, shouted: bool) -> None:
    assert is_vague(marks + (phrase.upper() if shouted else phrase) + marks)


@given(st.text(max_size=80), st.text(" 　。、\n\t", max_size=6))
@example("test", "。")
@settings(deadline=None, max_examples=200)
def test_marks_make_a_vague_text_no_clearer(text: str, marks: str) -> None:
    if is_vague(text):
        assert is_vague(marks + text + marks)


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=200)
def test_asvs_16_4_1_what_is_stored_is_one_visible_line_and_stays_as_it_is(text: str) -> None:
    line = on_one_line(text)
    assert not any(unicodedata.category(sign).startswith("C") for sign in line)
    assert on_one_line(line) == line
