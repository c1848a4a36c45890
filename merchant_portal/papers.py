"""What a shop hangs up and hands in on paper: poster, tent card and sticker with its signed code, and the statement."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

from kernel.clock import CITY_ZONE, city_date
from kernel.documents import Template, typeset
from merchant_portal.posters import Poster
from merchant_portal.statements import WAITS_BECAUSE, Breakdown, ExplainedMovement, OwnStatement, kind_word
from payments.codes.picture import code_svg

MOVEMENTS_ON_PAPER_MAX = 1_500
"""A statement with more movements is printed day by day; each of them is in the table for a spreadsheet."""
WORDS = {
    "brand": "かしまんPAY",
    "accepted": "つかえます",
    "accepted_en": "Accepted here",
    "careful": "払う前に、画面に出るお店の名前をたしかめてください。",
    "careful_en": "Check the shop’s name on your screen before you pay.",
    "code": "支払い用のQRコード ",
}
STEPS = (
    {"ja": "アプリの「払う」で読み取る", "en": "Open the app, tap Pay and scan this code"},
    {"ja": "金額を入れて、お店の人に見せる", "en": "Type the amount and show it to the staff"},
    {"ja": "合い言葉をいっしょに確かめる", "en": "Compare the two words on both screens"},
)


class PosterPaper(StrEnum):
    """On what a code is printed: an A4 poster, an A5 sheet folded to a card of A6, or a sticker of 90 mm."""

    POSTER = "poster"
    TENT_CARD = "tent-card"
    STICKER = "sticker"


PAPER_WORDS = {PosterPaper.POSTER: "ポスター", PosterPaper.TENT_CARD: "卓上カード", PosterPaper.STICKER: "ステッカー"}


def poster_pdf(poster: Poster, paper: PosterPaper, *, with_marks: bool = False) -> bytes:
    """A poster, card or sticker as a PDF at its true size; with marks for a print shop it has 3 mm bleed."""
    name = poster.store.display_name
    data = {
        "title": f"{name} {PAPER_WORDS[paper]}",
        "marks": with_marks,
        "shop_name": name,
        "store_code": poster.store.store_code,
        "serial": poster.state.serial,
        "code_svg": code_svg(poster.text),
        "words": WORDS,
        "steps": STEPS,
    }
    template = Template("merchant_portal", paper.value.replace("-", "_"))
    return typeset(template, data, made_on=city_date(poster.state.printed_at))


def poster_pdf_name(poster: Poster, paper: PosterPaper, *, with_marks: bool = False) -> str:
    """The name under which it is saved."""
    marks = "-marks" if with_marks else ""
    return f"{paper.value}-{poster.store.store_code}-{poster.state.serial}{marks}.pdf"


def statement_pdf(own: OwnStatement, why: Breakdown, merchant_name: str) -> bytes:
    """A statement (精算書) as a letter: the amount, how it comes about, and every movement; a very long one by day."""
    statement, closing = own.statement, own.statement.closing
    rows = sorted((row for kind in why.kinds for row in kind.rows), key=lambda row: row.movement)
    is_by_day = len(rows) > MOVEMENTS_ON_PAPER_MAX
    data = {
        "merchant_name": merchant_name,
        "number": closing.number,
        "cutoff_day": closing.cutoff_day.isoformat(),
        "pay_day": closing.pay_day.isoformat(),
        "paid_yen": statement.paid_yen,
        "kinds": [
            {"word": kind_word(each.journal_kind), "count": each.count, "amount_yen": each.amount_yen}
            for each in why.kinds
        ],
        "fee_yen": why.fee_yen,
        "transferred_yen": why.transferred_yen,
        "lines": [
            {
                "title": own.title_of(each.campaign_id) or "―",
                "count": each.payment_count,
                "gross_yen": each.gross_yen,
                "given_back_yen": -each.given_back_yen,
                "net_yen": each.net_yen,
                "waits": WAITS_BECAUSE[each.carried_over_because] if each.carried_over_because else "",
            }
            for each in statement.statements
        ],
        "is_by_day": is_by_day,
        "movements": list(_days(rows) if is_by_day else _rows(own, rows)),
    }
    return typeset(Template("merchant_portal", "statement"), data, made_on=city_date(closing.closed_at))


def statement_pdf_name(own: OwnStatement) -> str:
    """The name under which it is saved."""
    closing = own.statement.closing
    return f"statement-{closing.number}-{closing.cutoff_day:%Y%m%d}.pdf"


def _rows(own: OwnStatement, rows: Sequence[ExplainedMovement]) -> Iterator[dict[str, Any]]:
    for row in rows:
        movement = row.movement
        yield {
            "at": f"{movement.event_at.astimezone(CITY_ZONE):%m/%d %H:%M}",
            "what": kind_word(movement.journal_kind),
            "title": own.title_of(movement.campaign_id) or "―",
            "number": row.number,
            "amount_yen": movement.amount_yen,
        }


def _days(rows: Sequence[ExplainedMovement]) -> Iterator[dict[str, Any]]:
    for day, group in groupby(rows, key=lambda row: city_date(row.movement.event_at)):
        amounts_yen = [row.movement.amount_yen for row in group]
        yield {"at": f"{day:%m/%d}", "count": len(amounts_yen), "amount_yen": sum(amounts_yen)}
