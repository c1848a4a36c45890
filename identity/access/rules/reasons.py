"""Whether a reason tells the person whose data are read anything."""

import unicodedata

from identity.access.model import Reason, ReasonCode
from identity.access.refusals import (
    CaseReferenceMissing,
    CaseReferenceTooLong,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
)
from identity.rules.my_number import refuse_my_number

LETTERS_MIN = 4
DIFFERENT_LETTERS_MIN = 3
TEXT_CHARACTERS_MAX = 300
CASE_CHARACTERS_MAX = 64
NEED_A_CASE = frozenset({ReasonCode.LEGAL_DUTY, ReasonCode.AUDIT, ReasonCode.DISCLOSURE})
EMPTY_PHRASES = frozenset(
    [
        *("確認のため", "確認します", "業務のため", "業務上必要", "業務上の必要", "必要なため", "必要のため"),
        *("仕事のため", "調査のため", "事務処理", "事務処理のため", "その他", "特になし", "理由なし", "テストです"),
        *("reason", "because", "checking", "testing", "test", "none", "work", "other"),
    ]
)


def usable_reason(reason: Reason) -> Reason:
    """Answer a reason as it is stored: on one line, without characters that nobody sees.

    Refuses, in this order: ReasonMissing; ReasonTooLong above 300 characters; ReasonTooVague below 4 letters or
    digits, below 3 different ones, without a letter, or for an empty phrase; CaseReferenceMissing where the reason
    rests on a document; CaseReferenceTooLong above 64 characters; whatever `refuse_my_number` refuses in either text.
    """
    text, case = on_one_line(reason.text), on_one_line(reason.case_reference or "")
    if not text:
        raise ReasonMissing
    if len(text) > TEXT_CHARACTERS_MAX:
        raise ReasonTooLong(TEXT_CHARACTERS_MAX)
    if is_vague(text):
        raise ReasonTooVague(LETTERS_MIN)
    demand_case(case, is_needed=reason.code in NEED_A_CASE)
    refuse_my_number(reason_text=text, case_reference=case)
    return Reason(reason.code, text, case or None)


def is_vague(text: str) -> bool:
    """Whether a text says nothing, in any width and case of its letters."""
    letters = _letters(text)
    return (
        len(letters) < LETTERS_MIN
        or len(set(letters)) < DIFFERENT_LETTERS_MIN
        or letters.isdigit()
        or letters in EMPTY_PHRASES
    )


def demand_case(case: str, *, is_needed: bool) -> None:
    """Check the number of a document. Refuses, in this order: CaseReferenceMissing; CaseReferenceTooLong."""
    if is_needed and not case:
        raise CaseReferenceMissing
    if len(case) > CASE_CHARACTERS_MAX:
        raise CaseReferenceTooLong(CASE_CHARACTERS_MAX)


def on_one_line(text: str) -> str:
    """The text with single spaces, and without control, format and unassigned characters (ASVS 5.0, 16.4.1)."""
    visible = "".join(sign for sign in text if sign.isspace() or not unicodedata.category(sign).startswith("C"))
    return " ".join(visible.split())


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")
