"""However the agency writes the four basics, they are read as what they mean; nothing unreadable stops a sign-in."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.doors.gateway.agency_claims import address_text, birth_date, gender, plain_text, verified_claims
from identity.doors.model import Gender, VerifiedClaims

WRITTEN_GENDERS = {
    Gender.MALE: ["1", "male", "Male", 1, "１"],
    Gender.FEMALE: ["2", "female", "FEMALE", 2],
    Gender.OTHER: ["3", "other", 3],
    Gender.UNKNOWN: ["9", "unknown", 9, "0", "女性", 7],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("raw", ["19850315", "1985-03-15", 19850315, " 19850315 ", "１９８５０３１５"])
def test_a_birth_date_is_read_in_each_way_of_writing(raw: object) -> None:
    assert birth_date(raw) == date(1985, 3, 15)


@pytest.mark.parametrize(
    "raw",
    [
        *("19850300", "19850000", "1985-00-00", "1985-03-00", "19850231", "1985-0315", "198503-15", "1985/03/15"),
        *("850315", "00000101", "1985-3-5", "119850315", "", None, True, 1985.0315, ["19850315"], {"v": "19850315"}),
    ],
)
def test_a_partial_or_unreadable_birth_date_is_not_said(raw: object) -> None:
    assert birth_date(raw) is None


@settings(deadline=None, max_examples=200)
@given(st.dates(min_value=date(1868, 1, 1), max_value=date(2100, 12, 31)))
def test_every_date_is_read_back_from_every_way_of_writing_it(day: date) -> None:
    compact = day.strftime("%Y%m%d")
    wide = compact.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert {birth_date(raw) for raw in (compact, int(compact), day.isoformat(), wide)} == {day}
    assert birth_date(f"{compact[:6]}00") is None


@pytest.mark.parametrize(("meant", "raw"), [(meant, raw) for meant, ways in WRITTEN_GENDERS.items() for raw in ways])
def test_a_sex_is_read_in_each_way_of_writing(meant: Gender, raw: object) -> None:
    assert gender(raw) is meant


@pytest.mark.parametrize("raw", [None, "", "  ", True, 1.0, ["1"], {}])
def test_a_sex_that_is_not_written_is_not_said(raw: object) -> None:
    assert gender(raw) is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("佐賀県鹿島市大字納富分２６４３番地１", "佐賀県鹿島市大字納富分2643番地1"),
        ({"formatted": "佐賀県鹿島市\n大字納富分"}, "佐賀県鹿島市 大字納富分"),
        ("ｶｼﾏｼ　", "カシマシ"),
        ({"street_address": "x"}, None),
        ({"formatted": ["x"]}, None),
        ("　", None),
        (None, None),
        (7, None),
    ],
)
def test_an_address_is_a_text_or_the_formatted_one_of_an_object(raw: object, text: str | None) -> None:
    assert address_text(raw) == text


def test_what_the_agency_says_of_nobody_is_nothing() -> None:
    assert verified_claims({"sub": "s"}) == VerifiedClaims()


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_a_plain_text_stays_as_it_is_and_has_nothing_invisible(raw: str) -> None:
    text = plain_text(raw)
    if text is not None:
        assert plain_text(text) == text
        assert unicodedata.is_normalized("NFKC", text)
        assert not [character for character in text if unicodedata.category(character).startswith("C")]
        assert "  " not in text
        assert text == text.strip()


@settings(deadline=None, max_examples=200)
@given(name=ANYTHING, address=ANYTHING, birthdate=ANYTHING, sex=ANYTHING)
def test_nothing_that_can_be_written_in_json_stops_a_sign_in(name: Any, address: Any, birthdate: Any, sex: Any) -> None:
    claims = verified_claims({"name": name, "address": address, "birthdate": birthdate, "gender": sex})
    assert claims.name is None or claims.name.strip()
    assert claims.birth_date is None or isinstance(claims.birth_date, date)
    assert claims.gender is None or isinstance(claims.gender, Gender)
