import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kernel.refusals import Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from payments.codes.emvco import checksum_of, parse_payload, primitive, template, value_at, write_payload
from payments.codes.merchant_code import (
    CITY_GUID,
    MerchantCode,
    read_merchant_code,
    write_merchant_code,
)
from payments.codes.refusals import (
    CodeChecksumWrong,
    CodeKeyUnknown,
    CodeNotWritable,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {"2026A": KEY.public_key()}
POSTER = MerchantCode(
    store_code="M0001234-S001",
    merchant_name_latin="MIDORI MART",
    merchant_name_ja="みどりマート",
    city="KASHIMA",
    postal_code="8491312",
    mcc="5411",
    print_serial="P000123",
)
TILL = replace(POSTER, amount_yen=1980, reference="TX20261120000123", till="POS01")
LARGEST = MerchantCode(
    store_code="M" * 20,
    merchant_name_latin="W" * 25,
    merchant_name_ja="𠮷" * 25,
    city="K" * 15,
    postal_code="8491312",
    mcc="5411",
    print_serial="P" * 12,
    amount_yen=9_999_999_999,
    reference="r" * 25,
    till="t" * 25,
)
POSTER_TEXT = (
    "00020101021126630022jp.lg.city.kashima.pay0113M0001234-S0010207P00012303052026A5204541153033925802JP5911"
    "MIDORI MART6007KASHIMA6107849131264160002JA0106みどりマート80730022jp.lg.city.kashima.pay01431Kc4mw7b89"
    "B7JgOiT_tEOtwQE4VmB1xLwHbI6GmsmSj81730022jp.lg.city.kashima.pay0143xLbXW_uZu4xLDECY4dsB6Ce3rowQBpcJQD6n"
    "lkcEuDQ6304C352"
)
NAMED = (CodeUnreadable, CodeChecksumWrong, CodeOfAnotherScheme, CodeSignatureInvalid, CodeKeyUnknown)


def resealed(text: str) -> str:
    return text[:-4] + checksum_of(text[:-4])


def refusal_of(text: str, guid: str = CITY_GUID) -> Refusal:
    with pytest.raises(NAMED) as refused:
        read_merchant_code(text, KEYS, guid)
    return refused.value


def test_a_poster_is_written_exactly_so() -> None:
    assert write_merchant_code(POSTER, KEY, "2026A") == POSTER_TEXT


def test_the_signature_is_over_every_character_before_the_signature_templates() -> None:
    objects = parse_payload(POSTER_TEXT)
    halves = (value_at(objects, "80", "01") or "") + (value_at(objects, "81", "01") or "")
    signed = POSTER_TEXT[: POSTER_TEXT.index("80730022")]
    KEY.public_key().verify(base64.urlsafe_b64decode(halves + "=="), b"merchant-code-1\x00" + signed.encode("utf-8"))


@pytest.mark.parametrize("code", [POSTER, TILL, replace(POSTER, till="POS01"), LARGEST])
def test_a_written_code_reads_back_as_it_was(code: MerchantCode) -> None:
    assert read_merchant_code(write_merchant_code(code, KEY, "2026A"), KEYS) == code


def test_a_static_code_says_11_and_has_no_amount_and_a_dynamic_code_says_12() -> None:
    static = parse_payload(write_merchant_code(POSTER, KEY, "2026A"))
    dynamic = parse_payload(write_merchant_code(TILL, KEY, "2026A"))
    assert (value_at(static, "01"), value_at(static, "54"), value_at(static, "62")) == ("11", None, None)
    assert (value_at(dynamic, "01"), value_at(dynamic, "54")) == ("12", "1980")
    assert (value_at(dynamic, "62", "05"), value_at(dynamic, "62", "07")) == ("TX20261120000123", "POS01")
    assert (POSTER.is_dynamic, TILL.is_dynamic) == (False, True)


def test_the_largest_code_with_the_longest_identifier_stays_within_512_characters() -> None:
    text = write_merchant_code(LARGEST, KEY, "k" * 12, "g" * 32)
    assert len(text) == 485
    assert read_merchant_code(text, {"k" * 12: KEY.public_key()}, "g" * 32) == LARGEST


@pytest.mark.parametrize("code", [POSTER, TILL])
def test_any_single_changed_character_is_refused_even_under_a_recomputed_checksum(code: MerchantCode) -> None:
    text = write_merchant_code(code, KEY, "2026A")
    for at, letter in enumerate(text):
        for other in {"0", "1", "A", "z", "あ", "\ud800", chr(ord(letter) ^ 1), chr(ord(letter) + 1)} - {letter}:
            changed = text[:at] + other + text[at + 1 :]
            refusal_of(changed)
            if at < len(text) - 4 and other != "\ud800":
                refusal_of(resealed(changed))


def test_a_missing_or_an_added_character_is_refused_even_under_a_recomputed_checksum() -> None:
    for at in range(len(POSTER_TEXT) - 4):
        refusal_of(resealed(POSTER_TEXT[:at] + POSTER_TEXT[at + 1 :]))
        refusal_of(resealed(POSTER_TEXT[:at] + "0" + POSTER_TEXT[at:]))


def test_a_misread_code_is_refused_for_its_checksum_before_anything_else() -> None:
    assert refusal_of(POSTER_TEXT.replace("MIDORI", "MIDORY")) == CodeChecksumWrong()
    assert refusal_of(POSTER_TEXT[:-4] + "0000") == CodeChecksumWrong()


def test_a_changed_store_is_refused_for_its_signature() -> None:
    forged = POSTER_TEXT.replace("M0001234-S001", "M0001234-S002")
    assert refusal_of(resealed(forged)) == CodeSignatureInvalid()


def test_a_signature_in_another_writing_of_the_same_bytes_is_refused() -> None:
    at = POSTER_TEXT.index("6304C352") - 1
    assert POSTER_TEXT[at] == "Q"
    same_bytes = POSTER_TEXT[:at] + "R" + POSTER_TEXT[at + 1 :]
    assert refusal_of(resealed(same_bytes)) == CodeSignatureInvalid()


def test_an_unsigned_code_of_the_city_is_refused() -> None:
    unsigned = [part for part in parse_payload(POSTER_TEXT) if part.id not in ("80", "81", "63")]
    assert refusal_of(write_payload(unsigned)) == CodeSignatureInvalid()


def test_a_signature_that_does_not_stand_last_is_refused() -> None:
    *signed, first, second, _ = parse_payload(POSTER_TEXT)
    assert refusal_of(write_payload([*signed, second, first])) == CodeSignatureInvalid()
    assert refusal_of(write_payload([*signed[:-1], first, second, signed[-1]])) == CodeSignatureInvalid()
    added = [*signed, first, second, primitive("65", "A")]
    assert refusal_of(write_payload(added)) == CodeSignatureInvalid()


def test_a_signature_under_another_identifier_is_refused() -> None:
    assert refusal_of(resealed(POSTER_TEXT[::-1].replace("ap.amihsak", "ap.amihsaK", 1)[::-1])) == (
        CodeSignatureInvalid()
    )


def test_a_code_signed_by_a_stranger_under_a_known_key_id_is_refused() -> None:
    assert refusal_of(write_merchant_code(POSTER, OTHER_KEY, "2026A")) == CodeSignatureInvalid()


def test_a_key_that_the_city_does_not_accept_is_refused_by_its_id() -> None:
    assert refusal_of(write_merchant_code(POSTER, KEY, "2025B")) == CodeKeyUnknown(key_id="2025B")


def test_a_code_of_another_city_or_scheme_is_refused() -> None:
    other_city = write_merchant_code(POSTER, KEY, "2026A", "jp.lg.city.example")
    jpqr = (
        "00020101021126680019jp.or.paymentsjapan01130000000000001020400010306000001040600000152045812530339258"
        "02JP5903xxx6003xxx6107530000564190002JA0109ナタデココ カフェ6304C1FB"
    )
    assert refusal_of(other_city) == CodeOfAnotherScheme()
    assert refusal_of(jpqr) == CodeOfAnotherScheme()


def test_an_unsigned_code_in_the_published_layout_is_refused_under_its_own_identifier() -> None:
    published = (
        "00020101021126420018jp.lg.city.example0108M00012340204S0015204541153033925802JP5911MIDORI MART6007EX"
        "AMPLE6107100000164160002JA0106みどりマート6304E6E7"
    )
    assert refusal_of(published, "jp.lg.city.example") == CodeSignatureInvalid()


def signed_text(body: str) -> str:
    """Sign a body as the city would, whatever it says."""
    signature = KEY.sign(b"merchant-code-1\x00" + body.encode())
    written = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    halves = (("80", written[:43]), ("81", written[43:]))
    body += "".join(template(id, primitive("00", CITY_GUID), primitive("01", half)).text for id, half in halves)
    return resealed(body + "6304" + "0000")


SIGNED_BODY = POSTER_TEXT[: POSTER_TEXT.index("80730022")]


def test_another_schemes_template_may_stand_beside_the_citys() -> None:
    jpqr = "26680019jp.or.paymentsjapan011300000000000010204000103060000010406000001"
    beside = SIGNED_BODY.replace("26630022", jpqr + "27630022")
    assert read_merchant_code(signed_text(beside), KEYS) == POSTER


@pytest.mark.parametrize(
    "alter",
    [
        lambda body: body.replace("5303392", "5303840"),
        lambda body: body.replace("5802JP", "5802KR"),
        lambda body: body.replace("0002JA", "0002EN"),
        lambda body: body.replace("010211", "010212"),
        lambda body: body + "5403100",
        lambda body: body.replace("010211", "010212") + "5403100",
        lambda body: body.replace("010211", "010212") + "540412.562060502TX",
        lambda body: body.replace("010211", "010212") + "54031e562060502TX",
        lambda body: body.replace("010211", "010212") + "54130000000000001" + "62060502TX",
        lambda body: body.replace("010211", "010212") + "54119999999999962060502TX",
        lambda body: body.replace("61078491312", ""),
        lambda body: body + "27260022jp.lg.city.kashima.pay",
    ],
)
def test_a_signed_content_that_contradicts_itself_is_refused_as_unreadable(
    alter: Callable[[str], str],
) -> None:
    altered = alter(SIGNED_BODY)
    assert altered != SIGNED_BODY
    assert isinstance(refusal_of(signed_text(altered)), CodeUnreadable)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("store_code", ""),
        ("store_code", "M" * 21),
        ("store_code", "m1"),
        ("store_code", "M１"),
        ("merchant_name_latin", "A" * 26),
        ("merchant_name_latin", "みどり"),
        ("merchant_name_latin", " MIDORI"),
        ("merchant_name_latin", "MIDORI "),
        ("merchant_name_latin", ""),
        ("merchant_name_ja", ""),
        ("merchant_name_ja", "あ" * 26),
        ("merchant_name_ja", "は\u3099"),
        ("merchant_name_ja", "みどり\n"),
        ("merchant_name_ja", "みど\u202eり"),
        ("merchant_name_ja", "みど\ud800り"),
        ("city", "K" * 16),
        ("postal_code", "849-1312"),
        ("mcc", "541"),
        ("print_serial", "P" * 13),
        ("reference", "***"),
        ("reference", "r" * 26),
        ("till", ""),
    ],
)
def test_a_text_outside_its_form_is_not_writable(part: str, value: str) -> None:
    with pytest.raises(CodeNotWritable) as refused:
        replace(TILL, **{part: value})  # type: ignore[arg-type]
    assert refused.value.part == part


def test_an_amount_and_its_reference_go_together() -> None:
    for amount_yen, reference in ((100, None), (None, "TX1")):
        with pytest.raises(CodeNotWritable) as refused:
            replace(POSTER, amount_yen=amount_yen, reference=reference)
        assert refused.value == CodeNotWritable(part="reference", reason="an amount and its reference go together")


def test_an_amount_must_be_whole_yen_within_range() -> None:
    for amount_yen in (0, -1, 10_000_000_000):
        with pytest.raises(AmountOutOfRange):
            replace(TILL, amount_yen=amount_yen)
    with pytest.raises(AmountNotWholeYen):
        replace(TILL, amount_yen=True)


@pytest.mark.parametrize(("key_id", "guid"), [("", CITY_GUID), ("k" * 13, CITY_GUID), ("A", ""), ("A", "g" * 33)])
def test_a_key_id_or_identifier_outside_its_form_is_not_writable(key_id: str, guid: str) -> None:
    with pytest.raises(CodeNotWritable):
        write_merchant_code(POSTER, KEY, key_id, guid)
