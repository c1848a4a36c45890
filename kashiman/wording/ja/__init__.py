"""日本語: です・ます, warm and short, as a clerk at the counter would say it."""

from datetime import date, datetime

from kashiman.wording.ja import (
    access,
    bank_files,
    cards,
    ceremony,
    demo,
    doors,
    doors_gateway,
    effect,
    entries,
    expiry,
    faces,
    identity,
    issuance,
    joining,
    kernel,
    ledger,
    lottery,
    merchants,
    open_id,
    payments,
    planning,
    provider,
    roll,
    selling,
    settlement,
)
from kashiman.wording.ja.words import WORDS
from kashiman.wording.sentence import Tongue
from kernel.yen import yen_text

CATALOGUES = [
    kernel,
    ledger,
    identity,
    doors,
    doors_gateway,
    roll,
    access,
    open_id,
    merchants,
    joining,
    lottery,
    issuance,
    planning,
    selling,
    expiry,
    effect,
    entries,
    ceremony,
    provider,
    payments,
    cards,
    settlement,
    bank_files,
    faces,
    demo,
]


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _instant(at: datetime) -> str:
    return f"{at.month}月{at.day}日{at.hour}時{at.minute:02}分"


TONGUE = Tongue(
    sentences={code: sentence for catalogue in CATALOGUES for code, sentence in catalogue.SENTENCES.items()},
    words=WORDS,
    unknown="申し訳ありません。手続きを進められませんでした。お手数ですが、市役所の商工観光課にお問い合わせください。",
    yen=yen_text,
    day=_day,
    instant=_instant,
    between="、",
)
