"""The one style sheet holds what it promises: every colour is an alias, and text can be read on every ground."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tests.promises.house import FACES

STATIC = Path(str(files("kernel.pages") / "static"))
DEFINED = re.compile(r"(--[a-z0-9-]+):")
USED = re.compile(r"var\((--[a-z0-9-]+)")
TOKENS = ("--color-", "--font-size-", "--border-radius-", "--line-height-", "--elevation-")
ALIAS = re.compile(r"(--[a-z-]+): (?:var\(--[a-z0-9-]+, )?(#[0-9a-f]{6})")
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
BLACK_AND_WHITE = {"#000", "#fff"}
"""Codes are black on white, or no camera reads them."""
GROUNDS = {
    "--ink": ("--surface", "--ground", "--brand-tint", "--good-tint", "--danger-tint", "--warn-tint"),
    "--ink-soft": ("--surface", "--ground", "--brand-tint", "--good-tint", "--danger-tint", "--warn-tint"),
    "--money": ("--surface", "--ground", "--good-tint"),
    "--brand": ("--surface", "--ground", "--brand-tint"),
    "--brand-deep": ("--surface",),
    "--bar-ink": ("--bar",),
    "--good": ("--surface", "--good-tint"),
    "--danger": ("--surface",),
    "--warn": ("--surface", "--warn-tint"),
}


def sheets() -> list[Path]:
    """The style sheets of ours, but those with the colours."""
    faces = [path for face in FACES for path in Path(str(files(face) / "static")).rglob("*.css")]
    return [STATIC / "base.css", *faces]


def colours(name: str) -> dict[str, str]:
    """The aliases of a sheet of colours, as they are without the tokens."""
    return dict(ALIAS.findall((STATIC / name).read_text("utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2, definitions)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["colours.css", "colours-dark.css"])
def test_text_has_a_contrast_of_seven_on_its_grounds_and_controls_of_three(name: str) -> None:
    there = colours(name)
    weak = {
        (text, ground): round(contrast(there[text], there[ground]), 2)
        for text, grounds in GROUNDS.items()
        for ground in grounds
        if contrast(there[text], there[ground]) < 7
    }
    assert weak == {}
    assert all(contrast(there["--line"], there[ground]) >= 3 for ground in ("--surface", "--ground"))
    assert contrast(there["--focus"], there["--focus-ring"]) >= 3


def test_light_and_dark_have_the_same_aliases() -> None:
    assert colours("colours.css").keys() == colours("colours-dark.css").keys()


def test_the_tokens_are_as_they_stand_beside_the_aliases() -> None:
    built = STATIC / "web" / "look.css"
    tokens = built.read_text("utf-8").lower().replace(" ", "")
    for name in ("colours.css", "colours-dark.css"):
        beside = re.findall(r"var\((--color-[a-z0-9-]+), (#[0-9a-f]{6})\)", (STATIC / name).read_text("utf-8"))
        assert beside
        for token, colour in beside:
            short = re.sub(r"#(.)\1(.)\2(.)\3", r"#\1\2\3", colour)
            assert re.search(rf"{token}:({colour}|{short}|white|black)[;}}]", tokens), token


@pytest.mark.parametrize("path", sheets(), ids=lambda path: path.name)
def test_a_style_sheet_uses_what_is_there_and_no_colour_of_its_own(path: Path) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    defined = set(DEFINED.findall(sheet)) | set(DEFINED.findall((STATIC / "base.css").read_text("utf-8")))
    used = {name for name in USED.findall(sheet) if not name.startswith(TOKENS)}
    assert used - defined - colours("colours.css").keys() == set()
    assert set(RAW_COLOUR.findall(sheet)) <= BLACK_AND_WHITE
