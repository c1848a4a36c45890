"""The sign of the wallet on a telephone's first screen, drawn by us: a voucher above the tide of the Ariake sea."""

from functools import cache
from typing import Any

import typst

SIDES_PX = (180, 192, 512)
"""What iPhones (180), Android and desktops ask for."""
BRAND, TIDE, SUN, PAPER = "#00428c", "#97d3ff", "#ffd43d", "#ffffff"
_PAGE = '#set page(width: 512pt, height: 512pt, margin: 0pt, fill: none)\n#image("icon.svg", width: 512pt)'


def icon_svg(*, maskable: bool) -> str:
    """The sign as a drawing. A maskable one fills its square, with what matters in the middle four fifths.

    Source: W3C, Web Application Manifest, "Purposes of icon images" (the safe zone is a circle of 40 % radius).
    """
    ground = f'<rect width="512" height="512" rx="{0 if maskable else 96}" fill="{BRAND}"/>'
    inner = "translate(76.8 76.8) scale(.7)" if maskable else "translate(25.6 25.6) scale(.9)"
    voucher = (
        "M96 132h320a20 20 0 0 1 20 20v54a26 26 0 0 0 0 52v54a20 20 0 0 1-20 20H96a20 20 0 0 1-20-20v-54"
        "a26 26 0 0 0 0-52v-54a20 20 0 0 1 20-20z"
    )
    tide = "".join(
        f'<path d="M40 {y}q36-34 72 0t72 0 72 0 72 0 72 0 72 0" fill="none" stroke="{TIDE}" '
        'stroke-width="22" stroke-linecap="round"/>'
        for y in (386, 442)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'
        f'{ground}<g transform="{inner}"><circle cx="352" cy="96" r="64" fill="{SUN}"/>'
        f'<path d="{voucher}" fill="{PAPER}"/>'
        f'<path d="M194 166l62 68 62-68M256 234v66M208 246h96M208 274h96" fill="none" stroke="{BRAND}" '
        f'stroke-width="22" stroke-linecap="round" stroke-linejoin="round"/>{tide}</g></svg>'
    )


@cache
def icon_png(side_px: int, *, maskable: bool) -> bytes:
    """The sign as a picture of so many pixels on each side."""
    sources: Any = {"main.typ": _PAGE.encode(), "icon.svg": icon_svg(maskable=maskable).encode()}
    return bytes(typst.compile(sources, format="png", ppi=72 * side_px / 512, ignore_system_fonts=True))
