"""The code on a paper card: its own prefix, nothing like a My Number, and what is read of it."""

import hashlib
from collections.abc import Iterator

import pytest

from payments.codes import card_code
from payments.codes.card_code import CARD_PREFIX, card_digest_of, is_card_code, new_card_code
from payments.codes.refusals import CodeUnreadable

ALL_ZERO = CARD_PREFIX + "0" * 28
ALL_ONES = CARD_PREFIX + "7ZZZZZZZZZZZZZZZZZZZZZZZZZM5"


def test_a_new_code_begins_as_cards_do_and_carries_its_digest() -> None:
    code = new_card_code()
    assert code.text.startswith("KSC1")
    assert len(code.text) == 32
    assert code.digest == hashlib.sha256(code.text.encode()).digest() == card_digest_of(code.text)
    assert code.text not in repr(code)


def test_a_code_that_looks_like_a_my_number_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Iterator[str] = iter([ALL_ZERO, ALL_ONES])
    monkeypatch.setattr(card_code, "new_checked_text", lambda prefix: next(drawn))
    assert new_card_code().text == ALL_ONES


@pytest.mark.parametrize("typed", ["ksc1" + ALL_ONES[4:], "KSCI" + ALL_ONES[4:], f" {ALL_ONES[:9]}-{ALL_ONES[9:]} "])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert is_card_code(typed)
    assert card_digest_of(typed) == card_digest_of(ALL_ONES)


@pytest.mark.parametrize(
    "typed", ["", "KSC1", ALL_ONES[:-1], ALL_ONES + "0", ALL_ONES[:-1] + "6", "KSP1" + ALL_ONES[4:]]
)
def test_what_is_no_card_is_refused(typed: str) -> None:
    with pytest.raises(CodeUnreadable):
        card_digest_of(typed)
