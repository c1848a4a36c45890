"""A code's text as a QR picture: SVG for screens and print, PNG where SVG is not shown.

One QR segment, of UTF-8 bytes unless the smaller alphanumeric or numeric mode holds the whole text; error
correction level M; a quiet zone of four modules (ISO/IEC 18004).
"""

import struct
import zlib
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_QUIET_ZONE_MODULES = 4
_WHITE = 255


def code_svg(text: str, title: str = "支払い用のQRコード") -> str:
    """Draw a text as a self-contained SVG element, one unit per module, dark on white.

    `title` is what a screen reader says. There is no size, style or reference: the page decides the size.
    """
    modules = code_modules(text)
    side = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' aria-label={quoteattr(title)} shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{_path(modules)}"/></svg>'
    )


def code_png(text: str, module_px: int = 8) -> bytes:
    """Draw a text as a black and white PNG (ISO/IEC 15948), `module_px` pixels to a module."""
    rows = [
        b"\x00" + bytes(0 if dark else _WHITE for dark in row for _ in range(module_px))
        for row in code_modules(text)
        for _ in range(module_px)
    ]
    side_px = len(rows)
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def code_modules(text: str) -> list[list[bool]]:
    """The modules of a text's code with its quiet zone, row by row; true is dark."""
    symbol: Any = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_ZONE_MODULES)
    symbol.add_data(text.encode(), optimize=0)
    symbol.make(fit=True)
    return [[bool(dark) for dark in row] for row in symbol.get_matrix()]


def _path(modules: list[list[bool]]) -> str:
    """One horizontal bar for each run of dark modules."""
    bars = []
    for y, row in enumerate(modules):
        for dark, run in groupby(enumerate(row), key=lambda module: module[1]):
            columns = [x for x, _ in run]
            if dark:
                bars.append(f"M{columns[0]} {y}h{len(columns)}v1h-{len(columns)}z")
    return "".join(bars)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
