"""Which characters the fonts of the papers can show."""

import struct
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

FONT_PACKAGES = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
GETA = "〓"
"""What Japanese printers set where a type is missing."""
_SEGMENTED_COVERAGE = 12
_VARIATION_SELECTORS = range(0xE0100, 0xE01F0)
_JOINERS = {0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)}
"""What changes how its neighbours look and is nothing by itself."""


def printable(value: Any) -> Any:
    """The same JSON value with every text as the fonts can show it.

    A character that they lack becomes a geta mark 〓; a control character becomes a blank; joiners vanish. Ideographic
    variation selectors stay, as they choose between forms of one character (Unicode Technical Standard 37).
    """
    if isinstance(value, str):
        return "".join(map(_shown, value))
    if isinstance(value, Mapping):
        return {name: printable(each) for name, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value


def font_directories() -> list[str]:
    """Where the font packages keep their fonts; none of the machine's is used, so a paper is the same everywhere."""
    specs = [find_spec(package) for package in FONT_PACKAGES]
    return [spec.submodule_search_locations[0] for spec in specs if spec and spec.submodule_search_locations]


@cache
def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return " "
    if code in _JOINERS:
        return ""
    return character if code in _VARIATION_SELECTORS or code in _coverage() else GETA


@cache
def _coverage() -> frozenset[int]:
    """The characters that every one of the fonts has."""
    fonts = [path for directory in font_directories() for path in sorted(Path(directory).glob("*.otf"))]
    return frozenset.intersection(*(_characters_of(path.read_bytes()) for path in fonts))


def _characters_of(font: bytes) -> frozenset[int]:
    """The characters in a font's `cmap` table, by its subtable of format 12 (OpenType 1.9.1, "cmap")."""
    (table_count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(table_count))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtable_count,) = struct.unpack_from(">H", font, cmap + 2)
    places = {cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)[2] for number in range(subtable_count)}
    place = next(each for each in sorted(places) if struct.unpack_from(">H", font, each)[0] == _SEGMENTED_COVERAGE)
    (group_count,) = struct.unpack_from(">I", font, place + 12)
    groups = (struct.unpack_from(">III", font, place + 16 + 12 * number) for number in range(group_count))
    return frozenset(chain.from_iterable(range(first, last + 1) for first, last, _ in groups))
