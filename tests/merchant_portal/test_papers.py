"""What a shop prints: codes that a telephone reads, at their true size, and the statement as a letter."""

from datetime import timedelta
from typing import Any

import pytest

from merchant_portal import papers
from merchants.operations.revoke_poster import revoke_poster
from payments.codes.picture import code_modules
from tests.kernel.documents.pdf_reading import (
    MISSING,
    codes_in,
    glyphs_of,
    metadata_of,
    picture_of,
    size_mm,
    text_of,
)
from tests.merchant_portal.world import BAKER, CASHIER, OWNER, World
from tests.merchants.shops import CORNER, NORTH

SIZES_MM = {"poster": (210.0, 297.0), "tent-card": (148.0, 210.0), "sticker": (90.0, 90.0)}
CODES_ON = {"poster": 1, "tent-card": 2, "sticker": 1}
MODULE_MM_MIN = 0.6
"""Telephones read modules of half a millimetre from an arm's length; ours are larger."""
QUIET_ZONE_MODULES = 4
DOTS_PER_MM = 6
MARKS_MM = 24.0


def paper(world: World, kind: str, query: str = "") -> Any:
    path = f"/stores/{NORTH.store_id}/posters/{world.posters[NORTH.store_id]}/{kind}.pdf{query}"
    return world.get(path, CASHIER)


def code_of(world: World) -> str:
    answer = world.get(f"/stores/{NORTH.store_id}/posters/{world.posters[NORTH.store_id]}", CASHIER)
    return str(answer.json()["text"])


@pytest.mark.parametrize("kind", SIZES_MM)
def test_a_printed_code_is_read_from_the_paper(world: World, kind: str) -> None:
    answer = paper(world, kind)

    assert answer.headers["content-type"] == "application/pdf"
    serial = world.posters[NORTH.store_id]
    assert answer.headers["content-disposition"] == f'attachment; filename="{kind}-S001-{serial}.pdf"'
    assert size_mm(answer.content) == SIZES_MM[kind]
    found = codes_in(picture_of(answer.content, dots_per_mm=DOTS_PER_MM))
    assert [code.text for code in found] == [code_of(world)] * CODES_ON[kind]


@pytest.mark.parametrize("kind", SIZES_MM)
def test_modules_are_large_and_the_zone_around_them_is_quiet(world: World, kind: str) -> None:
    picture = picture_of(paper(world, kind).content, dots_per_mm=DOTS_PER_MM)

    modules = len(code_modules(code_of(world))) - 2 * QUIET_ZONE_MODULES
    for code in codes_in(picture):
        corners = code.position
        xs = [corners.top_left.x, corners.bottom_right.x]
        ys = [corners.top_left.y, corners.bottom_right.y]
        module_dots = (max(xs) - min(xs)) / modules
        assert module_dots / DOTS_PER_MM > MODULE_MM_MIN
        zone = round(module_dots * (QUIET_ZONE_MODULES - 0.5))
        left, top, right, bottom = min(xs) - zone, min(ys) - zone, max(xs) + zone, max(ys) + zone
        for strip in (
            (left, top, right, min(ys) - 2),
            (left, max(ys) + 3, right, bottom),
            (left, top, min(xs) - 2, bottom),
            (max(xs) + 3, top, right, bottom),
        ):
            darkest, _ = picture.crop(strip).getextrema()
            assert int(str(darkest)) > 200


def test_a_print_shop_gets_marks_outside_and_colour_over_the_cut(world: World) -> None:
    plain, marked = paper(world, "poster"), paper(world, "poster", "?marks=true")

    width, height = SIZES_MM["poster"]
    assert size_mm(marked.content) == (width + MARKS_MM, height + MARKS_MM)
    assert marked.headers["content-disposition"].endswith('-marks.pdf"')
    picture = picture_of(marked.content, dots_per_mm=DOTS_PER_MM)

    def at_mm(x: int, y: int) -> int:
        lightest, _ = picture.crop(
            (x * DOTS_PER_MM, y * DOTS_PER_MM, x * DOTS_PER_MM + 1, y * DOTS_PER_MM + 1)
        ).getextrema()
        return int(str(lightest))

    assert at_mm(10, 20) < 100, "the band runs 3 mm over the cut"
    assert at_mm(8, 20) == 255
    assert at_mm(5, 12) < 160, "a mark stands at the corner"
    assert [code.text for code in codes_in(picture)] == [code.text for code in codes_in(picture_of(plain.content))]


@pytest.mark.parametrize("kind", SIZES_MM)
def test_a_paper_says_whose_it_is_and_how_to_pay(world: World, kind: str) -> None:
    pdf = paper(world, kind).content

    text = text_of(pdf)
    assert all(part in text for part in ("まるかマーケット 北店", "S001", world.posters[NORTH.store_id], "かしまんPAY"))
    assert ("Open the app" in text) == (kind != "sticker")
    assert MISSING not in glyphs_of(pdf)
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata_of(pdf)


def test_a_poster_that_was_revoked_is_not_printed_again(world: World) -> None:
    serial = world.posters[NORTH.store_id]
    world.staff.run(lambda session: revoke_poster(session, serial, now=world.clock.now()))

    answer = paper(world, "poster")

    assert (answer.status_code, answer.json()["code"]) == (409, "poster_revoked")


def test_asvs_8_2_2_anothers_poster_is_not_printed(world: World) -> None:
    path = f"/stores/{CORNER.store_id}/posters/{world.posters[CORNER.store_id]}/poster.pdf"

    answer = world.get(path, OWNER)

    assert (answer.status_code, answer.json()["code"]) == (404, "store_unknown")


def test_a_paper_that_there_is_not_is_refused(world: World) -> None:
    answer = paper(world, "billboard")

    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["paper"]})


def test_a_statement_as_a_letter_says_the_same_figures(world: World) -> None:
    world.charge(12_800)
    payment = world.charge(500)
    world.post(f"/payments/{payment['payment_id']}/refunds", {"amount_yen": 200})
    closing_id = world.closes()

    answer = world.get(f"/statements/{closing_id}/statement.pdf")

    assert answer.headers["content-disposition"] == 'attachment; filename="statement-1-20261120.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    assert "2026年11月27日(金)" in text
    wanted = ["精算書", "13,300円", "−200円", "2件", "1件", "手数料", "13,100円", "11/20 12:00"]
    assert [part for part in wanted if part not in text] == []
    assert MISSING not in glyphs_of(answer.content)
    assert world.get(f"/statements/{closing_id}/statement.pdf").content == answer.content


def test_a_statement_with_very_many_movements_is_printed_day_by_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOVEMENTS_ON_PAPER_MAX", 2)
    world.charge(1_000)
    world.charge(300)
    world.clock.advance(timedelta(days=1))
    world.charge(70)
    closing_id = world.closes(cutoff_day=world.clock.now().date())

    text = text_of(world.get(f"/statements/{closing_id}/statement.pdf").content)

    assert "日ごとにまとめています" in text
    assert all(part in text for part in ("11/20", "1,300円", "11/21", "70円", "1,370円"))


def test_asvs_8_2_2_a_statement_of_others_is_no_letter(world: World) -> None:
    world.charge(1_000)
    closing_id = world.closes()

    answer = world.get(f"/statements/{closing_id}/statement.pdf", BAKER)

    assert (answer.status_code, answer.json()["code"]) == (404, "statement_not_found")
