"""One draw: its rules, how far it is, its files, and the verifier that computes in the browser."""

import re
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response

from kernel.pages import page_router
from public_pages.pages.files import VERIFIER_SHA256
from public_pages.pages.look import PAGES
from public_pages.parts import Parts
from public_pages.routes import draws
from public_pages.schemas import DrawAnswer

router = page_router(PAGES)
RULE_SHEET = "rule_sheet.json"
WHAT_FILES_ARE = {
    RULE_SHEET: "抽選の決まり(申し込みの前に発表したもの)",
    "applications.csv": "申し込みの一覧(受付番号と口数。名前はありません)",
    "frozen.json": "抽選の前に決めたこと(変えていない証拠)",
    "manifest.json": "抽選に使ったすべての条件と乱数",
    "results.csv": "ひとりひとりの結果",
    "waitlist.csv": "順番待ちの一覧",
    "daily.csv": "毎日の申し込みの数",
}
REPLACED = re.compile(r"_replaced_[0-9]+")
"""What a file was before it was corrected stays published beside it, under a name with this in it."""
WHY_VOID = {
    "withdrawn": "取り下げ",
    "duplicate": "二重の申し込み",
    "merged": "世帯でまとめた",
    "not_eligible": "対象外",
    "died": "亡くなった",
    "moved": "転出した",
}


class Step(NamedTuple):
    """One of the steps of a draw, whether it is done, and since when if that is known."""

    name: str
    what: str
    is_done: bool
    done_at: datetime | None


@router.get("/{slug}")
def show_draw(request: Request, slug: str, parts: Parts) -> Response:
    """One draw by its name. Refuses AddressUnknown."""
    found = draws.draw(slug, parts)
    listed = {file.name: file for file in found.files}
    return PAGES.page(
        request,
        "draws/draw.html",
        draw=found,
        steps=_steps(found),
        listed=listed,
        about={file.name: _what_it_is(file.name) for file in found.files},
        why_void=WHY_VOID,
        verifier_sha256=VERIFIER_SHA256,
        has_scripts=scripts_are_built(),
    )


def _what_it_is(name: str) -> str:
    usual = REPLACED.sub("", name)
    return WHAT_FILES_ARE.get(name, "") if name == usual else f"{usual} の、直す前のもの"


def _steps(draw: DrawAnswer) -> list[Step]:
    holders = len(draw.commitments)
    promise, opening = (f"・{holders}人の秘密の約束", f"、{holders}人の秘密を開きます") if holders else ("", "ます")
    told = [
        ("しめきり", "申し込みの一覧と、その指紋を発表します。もう変えられません。", draw.closed_at),
        ("条件をかためる", f"これから発表される乱数を予約し{opening}。", draw.frozen_at),
        ("抽選", "予約した乱数が発表されたら、決まりのとおりに計算します。", draw.drawn_at),
    ]
    has_rules = any(file.name == RULE_SHEET for file in draw.files)
    rules = Step("決まりの発表", f"口数・やり方{promise}を、申し込みの前に発表します。", has_rules, None)
    return [rules, *(Step(name, what, done_at is not None, done_at) for name, what, done_at in told)]


def scripts_are_built() -> bool:
    """They are made by `make verifier`, which an installation may have left out."""
    static = files("public_pages") / "static"
    return all((static / name).is_file() for name in ("draws.js", "draws-worker.js"))
