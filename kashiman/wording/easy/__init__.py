"""やさしい日本語: short sentences, easy words, the reading after a hard word, no keigo."""

from datetime import date, datetime

from kashiman.wording.easy import (
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
from kashiman.wording.easy.words import WORDS
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
    unknown="ごめんなさい。できませんでした。市役所（しやくしょ）の 人に 聞（き）いてください。",
    yen=yen_text,
    day=_day,
    instant=_instant,
    between="、",
)
