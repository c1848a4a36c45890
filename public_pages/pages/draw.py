"""One draw: its rules, how far it is, its files, and the verifier that computes in the browser."""

import re
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response

from issuance.model.draws import StepKind
from kernel.pages import msgid, page_router
from public_pages import proceedings_words
from public_pages.pages.day_line import day_line
from public_pages.pages.files import VERIFIER_SHA256
from public_pages.pages.look import PAGES
from public_pages.parts import Parts
from public_pages.proceedings_schemas import WholeDrawAnswer
from public_pages.routes import draws

router = page_router(PAGES)
RULE_SHEET = "rule_sheet.json"
WHAT_FILES_ARE = {
    RULE_SHEET: msgid("抽選の決まり(申し込みの前に発表したもの)"),
    "applications.csv": msgid("申し込みの一覧(受付番号と口数。名前はありません)"),
    "frozen.json": msgid("抽選の前に決めたこと(変えていない証拠)"),
    "manifest.json": msgid("抽選に使ったすべての条件と乱数"),
    "results.csv": msgid("ひとりひとりの結果"),
    "waitlist.csv": msgid("順番待ちの一覧"),
    "daily.csv": msgid("毎日の申し込みの数"),
}
_EXTENSION = msgid("しめきりの延長(新しい時刻と、そのわけ)")
EXTENSION = re.compile(r"extension_[0-9]+\.json")
_RULES = msgid("口数・やり方を、申し込みの前に発表します。")
_RULES_AND_PROMISES = msgid("口数・やり方・%(holders)s人の秘密の約束を、申し込みの前に発表します。")
_LIST = msgid("申し込みの一覧と、その指紋を発表します。もう変えられません。")
_NO_OPENING = msgid("これから発表される乱数を予約します。")
_OPENING = msgid("これから発表される乱数を予約し、%(holders)s人の秘密を開きます。")
_DRAW = msgid("予約した乱数が発表されたら、決まりのとおりに計算します。")
REPLACED = re.compile(r"_replaced_[0-9]+")
"""What a file was before it was corrected stays published beside it, under a name with this in it."""
WHY_VOID = {
    "withdrawn": msgid("取り下げ"),
    "duplicate": msgid("二重の申し込み"),
    "merged": msgid("世帯でまとめた"),
    "not_eligible": msgid("対象外"),
    "died": msgid("亡くなった"),
    "moved": msgid("転出した"),
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
        steps=_steps(request, found),
        listed=listed,
        about={file.name: _what_it_is(request, file.name) for file in found.files},
        why_void=WHY_VOID,
        line=day_line(found.days),
        namings=[step for step in found.steps if step.kind == StepKind.BEACON],
        events=[step for step in found.steps if step.kind in proceedings_words.EVENTS],
        told=proceedings_words,
        verifier_sha256=VERIFIER_SHA256,
        has_scripts=scripts_are_built(),
    )


def _what_it_is(request: Request, name: str) -> str:
    usual = REPLACED.sub("", name)
    if EXTENSION.fullmatch(name):
        return PAGES.text(request, _EXTENSION)
    if name == usual:
        return PAGES.text(request, WHAT_FILES_ARE[name]) if name in WHAT_FILES_ARE else ""
    return PAGES.text(request, msgid("%(name)s の、直す前のもの"), name=usual)


def _steps(request: Request, draw: WholeDrawAnswer) -> list[Step]:
    holders = len(draw.commitments)
    opening, rules = (_OPENING, _RULES_AND_PROMISES) if holders else (_NO_OPENING, _RULES)
    published = [step.confirmed_at for step in draw.steps if step.kind == StepKind.RULE_SHEET]
    rules_at = published[-1] if published else None
    steps = [
        (msgid("決まりの発表"), rules, draw.rules is not None, rules_at),
        (msgid("しめきり"), _LIST, draw.closed_at is not None, draw.closed_at),
        (msgid("条件をかためる"), opening, draw.frozen_at is not None, draw.frozen_at),
        (msgid("抽選"), _DRAW, draw.drawn_at is not None, draw.drawn_at),
    ]
    return [
        Step(PAGES.text(request, name), PAGES.text(request, what, holders=holders), is_done, done_at)
        for name, what, is_done, done_at in steps
    ]


def scripts_are_built() -> bool:
    """They are made by `make web`, which an installation may have left out."""
    built = files("kernel.pages") / "static" / "web"
    return all((built / name).is_file() for name in ("draws.js", "draws-worker.js"))
