import pytest

from payments.codes.emvco import (
    PAYLOAD_LENGTH_MAX,
    DataObject,
    checksum_of,
    object_at,
    parse_payload,
    primitive,
    template,
    value_at,
    write_payload,
)
from payments.codes.refusals import CodeChecksumWrong, CodeNotWritable, CodeUnreadable

EMVCO_ANNEX_B = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRA"
    "NSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A6008667090"
    "2ME91320016A0112233449988770708123456786304A13A"
)
MERCARI = (
    "0002016003xxx01021129300012D156000000000510A93FO3230Q31280012D1560000000103081234567826680019jp.or.paymen"
    "tsjapan01130000000000001020400010306000001040600000153033925903xxx64180002JA0108メルペイ カフェ520441115"
    "802JP610710661436304DEE9"
)
NATADE_DYNAMIC = (
    "00020101021226680019jp.or.paymentsjapan01130000000000001020400010306000001040600000152045812530339254034"
    "985802JP5903xxx6003xxx6107530000564190002JA0109ナタデココ カフェ63045BA0"
)
NATADE_STATIC = (
    "00020101021126680019jp.or.paymentsjapan01130000000000001020400010306000001040600000152045812530339258"
    "02JP5903xxx6003xxx6107530000564190002JA0109ナタデココ カフェ6304C1FB"
)
CITY_STATIC = (
    "00020101021126420018jp.lg.city.example0108M00012340204S0015204541153033925802JP5911MIDORI MART6007EXAMPL"
    "E6107100000164160002JA0106みどりマート6304E6E7"
)
CITY_DYNAMIC = (
    "00020101021226420018jp.lg.city.example0108M00012340204S001520454115303392540419805802JP5911MIDORI MART"
    "6007EXAMPLE6107100000162290516TX202611200001230705POS0164160002JA0106みどりマート630467DF"
)
UNSEALED_JPQR_TEST = (
    "00020164210002JA0111JPQRMPM本舗食堂53033925903xxx6003xxx610710600325802JP01021126680019jp.or.paymentsja"
    "pan011300000000000010204000103060000010406000001520441216304"
)


def sealed(body: str) -> str:
    return body + "6304" + checksum_of(body + "6304")


SMALLEST = "000201" + "0204VISA" + "52045411" + "5303392" + "5802JP" + "5901A" + "6001B"


def test_the_checksum_is_crc_16_ccitt_false() -> None:
    assert checksum_of("123456789") == "29B1"


@pytest.mark.parametrize("payload", [EMVCO_ANNEX_B, MERCARI, NATADE_DYNAMIC, NATADE_STATIC, CITY_STATIC, CITY_DYNAMIC])
def test_a_published_payload_parses_and_is_written_again_character_for_character(payload: str) -> None:
    objects = parse_payload(payload)
    assert "".join(part.text for part in objects) == payload
    assert write_payload(objects[:-1]) == payload


def test_the_emvco_example_shows_that_lengths_count_characters() -> None:
    objects = parse_payload(EMVCO_ANNEX_B)
    assert value_at(objects, "64", "01") == "最佳运输"
    assert value_at(objects, "64", "02") == "北京"
    assert value_at(objects, "29", "05") == "A93FO3230Q"
    assert value_at(objects, "54") == "23.72"
    assert value_at(objects, "62", "09") == "ME"
    assert value_at(objects, "91", "07") == "12345678"
    assert value_at(objects, "63") == "A13A"


def test_a_jpqr_payload_gives_its_store_code_and_amount() -> None:
    objects = parse_payload(NATADE_DYNAMIC)
    assert value_at(objects, "26", "00") == "jp.or.paymentsjapan"
    assert [value_at(objects, "26", level) for level in ("01", "02", "03", "04")] == [
        "0000000000001",
        "0001",
        "000001",
        "000001",
    ]
    assert value_at(objects, "54") == "498"
    assert value_at(objects, "64", "01") == "ナタデココ カフェ"
    assert value_at(parse_payload(NATADE_STATIC), "54") is None


def test_a_city_payload_gives_its_reference_and_till() -> None:
    objects = parse_payload(CITY_DYNAMIC)
    assert value_at(objects, "62", "05") == "TX20261120000123"
    assert value_at(objects, "62", "07") == "POS01"
    assert object_at(objects, "26", "02") == DataObject("02", "S001")
    assert object_at(objects, "27", "00") is None


def test_a_public_payload_with_a_wrong_checksum_is_refused() -> None:
    with pytest.raises(CodeChecksumWrong):
        parse_payload(UNSEALED_JPQR_TEST + "6D60")
    assert value_at(parse_payload(UNSEALED_JPQR_TEST + "0F92"), "64", "01") == "JPQRMPM本舗食堂"


def test_the_smallest_payload_is_read() -> None:
    assert [part.id for part in parse_payload(sealed(SMALLEST))] == [
        "00",
        "02",
        "52",
        "53",
        "58",
        "59",
        "60",
        "63",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "object 00 is not first or object 63 not last"),
        (SMALLEST[6:] + "000201", "object 00 is not first or object 63 not last"),
        (SMALLEST + "63041234", "object 63 appears twice"),
        (SMALLEST + "5901C", "object 59 appears twice"),
        (SMALLEST + "62100101A0101B", "object 62-01 appears twice"),
        (SMALLEST + "6100", "object 61 is empty or cut short"),
        (SMALLEST + "6199A", "object 61 is empty or cut short"),
        (SMALLEST + "62050109A", "object 62-01 is empty or cut short"),
        (SMALLEST + "6205hello", "no object starts at character 1 of 62-"),
        (SMALLEST + "61０１A", "no object starts at character 46 of the payload"),
        (SMALLEST + "6½01A", "no object starts at character 46 of the payload"),
        (SMALLEST.replace("52045411", ""), "object 52 is missing"),
        (SMALLEST.replace("5303392", ""), "object 53 is missing"),
        (SMALLEST.replace("5802JP", ""), "object 58 is missing"),
        (SMALLEST.replace("5901A", ""), "object 59 is missing"),
        (SMALLEST.replace("6001B", ""), "object 60 is missing"),
        (SMALLEST.replace("0204VISA", ""), "no merchant account among objects 02 to 51"),
        (SMALLEST.replace("000201", "000202"), "object 00 has a value outside its format"),
        (SMALLEST + "010213", "object 01 has a value outside its format"),
        (SMALLEST + "54010", "object 54 has a value outside its format"),
        (SMALLEST + "54040.00", "object 54 has a value outside its format"),
        (SMALLEST + "5402-1", "object 54 has a value outside its format"),
        (SMALLEST + "5402１０", "object 54 has a value outside its format"),
        (SMALLEST + "541412345678901234", "object 54 has a value outside its format"),
        (SMALLEST.replace("5901A", "5926" + "A" * 26), "object 59 has a value outside its format"),
        (SMALLEST.replace("5901A", "5901あ"), "object 59 has a value outside its format"),
        (SMALLEST.replace("6001B", "6016" + "B" * 16), "object 60 has a value outside its format"),
        (SMALLEST + "64060002JA", "object 64-01 is missing"),
        (SMALLEST + "64060101あ0", "no object starts at character 6 of 64-"),
        (SMALLEST + "26050101A", "object 26-00 is missing"),
        (SMALLEST + "62300126" + "A" * 26, "object 62-01 has a value outside its format"),
    ],
)
def test_a_broken_structure_is_refused_by_name(body: str, reason: str) -> None:
    with pytest.raises(CodeUnreadable) as refused:
        parse_payload(sealed(body))
    assert refused.value == CodeUnreadable(reason=reason)


@pytest.mark.parametrize("text", ["", "6304", "hello", "https://example.jp/", SMALLEST, sealed(SMALLEST) + "\n"])
def test_a_text_without_a_checksum_at_its_end_is_refused(text: str) -> None:
    with pytest.raises(CodeUnreadable) as refused:
        parse_payload(text)
    assert refused.value == CodeUnreadable(reason="no checksum at the end")


def test_a_checksum_in_lower_case_is_refused() -> None:
    with pytest.raises(CodeUnreadable):
        parse_payload(EMVCO_ANNEX_B[:-4] + "a13a")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(CodeUnreadable) as refused:
        parse_payload(SMALLEST + "6101\ud8006304ABCD")
    assert refused.value == CodeUnreadable(reason="not a Unicode text")


def padded_to(length: int) -> str:
    """A payload of exactly this many characters, filled with objects reserved for future use."""
    missing = length - len(sealed(SMALLEST))
    body = SMALLEST
    for id in range(65, 70):
        size = min(99, missing - 4)
        if missing > 0:
            body += f"{id}{size:02}" + "あ" * size
            missing -= size + 4
    return sealed(body)


def test_a_payload_of_512_characters_is_read_and_one_of_513_refused() -> None:
    longest, too_long = padded_to(PAYLOAD_LENGTH_MAX), padded_to(PAYLOAD_LENGTH_MAX + 1)
    assert len(longest) == 512
    assert len(parse_payload(longest)) == 13
    assert len(too_long) == 513
    with pytest.raises(CodeUnreadable) as refused:
        parse_payload(too_long)
    assert refused.value == CodeUnreadable(reason="longer than 512 characters")


def test_a_value_of_99_characters_is_written_and_one_of_100_or_none_refused() -> None:
    assert primitive("65", "あ" * 99).text == "6599" + "あ" * 99
    for value in ("あ" * 100, ""):
        with pytest.raises(CodeNotWritable):
            primitive("65", value)
    with pytest.raises(CodeNotWritable):
        template("26", primitive("00", "A" * 32), primitive("01", "B" * 60))


def test_what_would_not_be_read_is_not_written() -> None:
    objects = parse_payload(CITY_STATIC)[:-1]
    with pytest.raises(CodeNotWritable) as refused:
        write_payload(objects[1:])
    assert refused.value.reason == "object 00 is not first or object 63 not last"
    with pytest.raises(CodeNotWritable):
        write_payload([*objects, primitive("65", "\ud800")])
