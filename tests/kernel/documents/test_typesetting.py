"""A paper is set the same each time, shows every name, runs nothing, and ends in time."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from PIL import ImageChops

from kernel.documents import Template, typeset, typesetting
from kernel.refusals import Busy
from tests.kernel.documents.pdf_reading import MISSING, glyphs_of, metadata_of, picture_of, text_of

DAY = date(2026, 11, 20)
STICKER = Template("merchant_portal", "sticker")
HARD_NAMES = ["髙橋屋", "﨑本商店", "𠮷野家具", "葛\U000e0100城", "濵﨑鮮魚", "①㈱～彌榮", "ヴィラ・か\u3099"]


def sticker(name: str, **facts: Any) -> bytes:
    code = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'
    words = {"brand": "かしまんPAY", "accepted": "つかえます", "code": "QRコード"}
    data = {"marks": False, "title": name, "shop_name": name, "store_code": "S001", "serial": "7K3M9QXC"}
    return typeset(STICKER, {**data, "code_svg": code, "words": words, **facts}, made_on=DAY)


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_hard_name_has_all_its_glyphs(name: str) -> None:
    pdf = sticker(name)

    assert name.removesuffix("\u3099") in text_of(pdf)
    glyphs = glyphs_of(pdf)
    assert len(glyphs) > len(name)
    assert MISSING not in glyphs


def test_the_two_forms_of_a_character_look_different() -> None:
    plain, chosen = (picture_of(sticker(f"{name}{name}{name}")) for name in ("葛", "葛\U000e0100"))

    assert ImageChops.difference(plain, chosen).getbbox() is not None


@pytest.mark.parametrize(
    ("name", "shown"), [("🍞パン", "〓パン"), ("パン\u200d屋", "パン屋"), ("パン\x07屋", "パン 屋")]
)
def test_what_no_font_has_is_a_geta_mark(name: str, shown: str) -> None:
    pdf = sticker(name)

    assert shown in text_of(pdf)
    assert MISSING not in glyphs_of(pdf)


@pytest.mark.parametrize(
    "name",
    ['#panic("run")', '"; #read("/etc/passwd")', "\\ $x$ *強* _斜_ `生`", "= 見出し", "<label> @ref // 行", "#d.words"],
)
def test_asvs_1_2_1_a_name_is_never_read_as_code(name: str) -> None:
    assert name in text_of(sticker(name))


def test_a_picture_cannot_bring_a_file_of_the_machine_along() -> None:
    picture = '<image href="/etc/hostname" width="1" height="1"/>'
    code = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{picture}</svg>'

    with pytest.raises(RuntimeError, match="absolute paths are not allowed"):
        sticker("店", code_svg=code)


def test_the_same_paper_is_the_same_bytes() -> None:
    assert sticker("髙橋屋") == sticker("髙橋屋")


def test_a_paper_says_that_it_can_be_read_aloud_and_kept() -> None:
    said = metadata_of(sticker("髙橋屋"))

    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    assert "2026-11-20" in said


def test_a_template_that_is_broken_is_our_fault_and_says_where() -> None:
    with pytest.raises(RuntimeError, match="merchant_portal/sticker was not set"):
        typeset(STICKER, {"marks": False}, made_on=DAY)


def test_more_data_than_a_paper_holds_is_not_set() -> None:
    with pytest.raises(ValueError, match="is not set"):
        sticker("店" * 1_000_000)


@pytest.fixture
def all_turns_taken() -> Iterator[None]:
    for _ in range(typesetting.AT_ONCE_MAX):
        assert typesetting._turns.acquire(blocking=False)
    yield
    for _ in range(typesetting.AT_ONCE_MAX):
        typesetting._turns.release()


@pytest.mark.usefixtures("all_turns_taken")
def test_when_others_are_being_set_one_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "PATIENCE_S", 0.01)

    with pytest.raises(Busy):
        sticker("髙橋屋")


def test_a_paper_that_takes_too_long_is_given_up_and_the_turn_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "TIME_MAX_S", 0.001)

    with pytest.raises(Busy):
        sticker("髙橋屋")

    assert all(typesetting._turns.acquire(blocking=False) for _ in range(typesetting.AT_ONCE_MAX))
    for _ in range(typesetting.AT_ONCE_MAX):
        typesetting._turns.release()


def test_a_paper_cannot_take_the_machines_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "MEMORY_MAX_BYTES", 20 << 20)

    with pytest.raises(RuntimeError, match="was not set"):
        sticker("髙橋屋")
