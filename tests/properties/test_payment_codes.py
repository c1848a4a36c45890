from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from payments.codes.consumer_code import digest_of, new_consumer_code
from payments.codes.emvco import checksum_of, parse_payload, primitive, template, write_payload
from payments.codes.match_phrase import match_phrase
from payments.codes.match_words import FIRST_WORDS, SECOND_WORDS
from payments.codes.merchant_code import MerchantCode, read_merchant_code, write_merchant_code
from payments.codes.refusals import (
    CodeChecksumWrong,
    CodeKeyUnknown,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {"2026A": KEY.public_key()}
NAMED = (CodeUnreadable, CodeChecksumWrong, CodeOfAnotherScheme, CodeSignatureInvalid, CodeKeyUnknown)

japanese_names = st.text("ぁあかさたなはまやらわんアイウエオー・鹿島市𠮷野家Ａ＆1a ", min_size=1, max_size=25)
labels = st.from_regex(r"[A-Za-z0-9_-]{1,25}", fullmatch=True)
reserved_objects = st.dictionaries(
    st.integers(65, 79),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=70),
    max_size=5,
)


@st.composite
def merchant_codes(draw: st.DrawFn) -> MerchantCode:
    amount_yen = draw(st.none() | st.integers(1, 9_999_999_999))
    return MerchantCode(
        store_code=draw(st.from_regex(r"[A-Z0-9-]{1,20}", fullmatch=True)),
        merchant_name_latin=draw(st.from_regex(r"[!-~]([ -~]{0,23}[!-~])?", fullmatch=True)),
        merchant_name_ja=draw(japanese_names.filter(lambda name: name == name.strip())),
        city=draw(st.from_regex(r"[!-~]([ -~]{0,13}[!-~])?", fullmatch=True)),
        postal_code=draw(st.from_regex(r"[0-9]{7}", fullmatch=True)),
        mcc=draw(st.from_regex(r"[0-9]{4}", fullmatch=True)),
        print_serial=draw(st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True)),
        amount_yen=amount_yen,
        reference=None if amount_yen is None else draw(labels),
        till=draw(st.none() | labels),
    )


@settings(deadline=None, max_examples=100)
@given(reserved_objects)
def test_whatever_objects_are_written_are_read_back_in_their_order(reserved: dict[int, str]) -> None:
    objects = [
        primitive("00", "01"),
        template("26", primitive("00", "jp.lg.city.example")),
        primitive("52", "5411"),
        primitive("53", "392"),
        primitive("58", "JP"),
        primitive("59", "A"),
        primitive("60", "B"),
        *(primitive(str(id), value) for id, value in reserved.items()),
    ]
    assume(sum(len(part.text) for part in objects) + 8 <= 512)
    payload = write_payload(objects)
    assert list(parse_payload(payload)[:-1]) == objects


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.from_regex(r"([0-9]{4}[0-9A-Z]{1,9}){1,9}", fullmatch=True), st.booleans())
def test_no_text_at_all_breaks_the_reader(text: str, with_checksum: bool) -> None:
    if with_checksum:
        text += "6304" + checksum_of(text + "6304")
    with pytest.raises(NAMED):
        read_merchant_code(text, KEYS)


@settings(deadline=None, max_examples=100)
@given(merchant_codes())
def test_a_merchant_code_reads_back_as_it_was_written(code: MerchantCode) -> None:
    text = write_merchant_code(code, KEY, "2026A")
    assert len(text) <= 512
    assert read_merchant_code(text, KEYS) == code


@settings(deadline=None, max_examples=200)
@given(merchant_codes(), st.data())
def test_a_changed_character_is_refused_under_the_old_and_the_recomputed_checksum(
    code: MerchantCode, data: st.DataObject
) -> None:
    text = write_merchant_code(code, KEY, "2026A")
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"], exclude_characters=text[at]))
    changed = text[:at] + other + text[at + 1 :]
    with pytest.raises(NAMED):
        read_merchant_code(changed, KEYS)
    if at < len(text) - 4:
        with pytest.raises(NAMED):
            read_merchant_code(changed[:-4] + checksum_of(changed[:-4]), KEYS)


@settings(deadline=None, max_examples=100)
@given(merchant_codes(), merchant_codes())
def test_a_signature_never_fits_another_code(one: MerchantCode, other: MerchantCode) -> None:
    assume(one != other)
    *facts, _, _, _ = parse_payload(write_merchant_code(one, KEY, "2026A"))
    *_, first, second, _ = parse_payload(write_merchant_code(other, KEY, "2026A"))
    with pytest.raises(CodeSignatureInvalid):
        read_merchant_code(write_payload([*facts, first, second]), KEYS)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 31), st.characters())
def test_a_consumer_code_with_one_other_character_is_refused(at: int, other: str) -> None:
    text = new_consumer_code().text
    reading = {"O": "0", "I": "1", "L": "1"}.get(other.upper(), other.upper()) if other.isascii() else other
    assume(reading != text[at])
    with pytest.raises(CodeUnreadable):
        digest_of(text[:at] + other + text[at + 1 :])


@settings(deadline=None, max_examples=100)
@given(st.uuids())
def test_a_match_phrase_is_one_word_of_each_list_and_always_the_same(payment_id: UUID) -> None:
    first, second = match_phrase(payment_id).split(" ")
    assert first in FIRST_WORDS
    assert second in SECOND_WORDS
    assert match_phrase(UUID(bytes=payment_id.bytes)) == f"{first} {second}"
