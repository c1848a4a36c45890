import re
import struct
import zlib
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from payments.codes.consumer_code import digest_of
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from payments.codes.picture import code_png, code_svg

SVG = "{http://www.w3.org/2000/svg}"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
POSTER = MerchantCode("M0001234-S001", "MIDORI MART", "みどりマート", "KASHIMA", "8491312", "5411", "P000123")
TILL = MerchantCode(
    "M" * 20, "W" * 25, "𠮷" * 25, "K" * 15, "8491312", "5411", "P" * 12, 9_999_999_999, "r" * 25, "t" * 25
)
TEXTS = [
    write_merchant_code(POSTER, KEY, "2026A"),
    write_merchant_code(TILL, KEY, "k" * 12, "g" * 32),
    "KSP12DGVQV3C6YMCQQKK5XP9HQ5M8GBN",
    "みどりマート",
    "123456789",
]


def test_the_pictured_code_is_a_real_one() -> None:
    assert len(digest_of(TEXTS[2])) == 32


def drawn(svg: str) -> Image.Image:
    """Paint the bars of the SVG, eight pixels to a unit."""
    root = ElementTree.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side * 8, side * 8), 255)
    bars = root.findall(f"{SVG}path")[1].attrib["d"]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", bars):
        left, top = int(x) * 8, int(y) * 8
        image.paste(0, (left, top, left + int(width) * 8, top + 8))
    return image


@pytest.mark.parametrize("text", TEXTS)
def test_the_png_reads_back_as_the_same_text_at_level_m(text: str) -> None:
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(code_png(text))))
    assert (read.text, read.format, read.ec_level) == (text, zxingcpp.BarcodeFormat.QRCode, "M")


@pytest.mark.parametrize("text", TEXTS)
def test_the_svg_reads_back_as_the_same_text(text: str) -> None:
    (read,) = zxingcpp.read_barcodes(drawn(code_svg(text)))
    assert read.text == text


def test_the_svg_has_a_title_and_refers_to_nothing_outside() -> None:
    svg = code_svg("KSP1", title='<みどり> & "マート"')
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == '<みどり> & "マート"'
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == '<みどり> & "マート"'
    assert {element.tag for element in root.iter()} == {f"{SVG}svg", f"{SVG}title", f"{SVG}path"}
    assert not re.search(r"href|url\(|style|script|<!", svg)


def test_the_quiet_zone_is_four_modules_wide() -> None:
    image = drawn(code_svg("KSP1"))
    assert image.size == (29 * 8, 29 * 8)
    assert image.point(lambda value: 255 - value).getbbox() == (32, 32, 25 * 8, 25 * 8)


def test_the_png_has_the_asked_size_and_right_chunk_checksums() -> None:
    png = code_png("KSP1", module_px=3)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, names = 8, []
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(name + data),)
        names.append(name)
        at += length + 12
    assert names == [b"IHDR", b"IDAT", b"IEND"]
    assert Image.open(BytesIO(png)).size == (87, 87)
