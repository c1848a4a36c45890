"""Reading a PDF back: its words, its glyphs, its claims, and what it looks like."""

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

MM_PER_POINT = 25.4 / 72
MISSING = 0
"""Glyph 0 of every font is `.notdef`, the empty box (OpenType 1.9.1, "Recommendations for glyphs")."""


def text_of(pdf: bytes) -> str:
    """Every word of a document."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def glyphs_of(pdf: bytes) -> list[int]:
    """The number of every glyph that is drawn: texts are strings of two-byte numbers (Identity-H)."""
    return [glyph for page in PdfReader(io.BytesIO(pdf)).pages for text in _strings(page) for glyph in _pairs(text)]


def metadata_of(pdf: bytes) -> str:
    """What the document says of itself (XMP)."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return str(root["/Metadata"].get_data().decode())


def size_mm(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page."""
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) * MM_PER_POINT, 1), round(float(box.height) * MM_PER_POINT, 1)


def picture_of(pdf: bytes, *, dots_per_mm: float = 6) -> Image.Image:
    """The first page as it comes out of a printer."""
    document: Any = pypdfium2.PdfDocument
    picture: Image.Image = document(pdf)[0].render(scale=dots_per_mm * MM_PER_POINT).to_pil()
    return picture.convert("L")


def codes_in(picture: Image.Image) -> list[Any]:
    """The QR codes that a reader sees."""
    return list(zxingcpp.read_barcodes(picture))


def _strings(page: Any) -> Iterator[bytes]:
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"Tj":
            yield operands[0].original_bytes
        if operator == b"TJ":
            yield from (each.original_bytes for each in operands[0] if hasattr(each, "original_bytes"))


def _pairs(text: bytes) -> Iterator[int]:
    return (int.from_bytes(text[at : at + 2], "big") for at in range(0, len(text), 2))
