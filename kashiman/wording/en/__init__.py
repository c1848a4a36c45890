"""English: plain, warm and short."""

from datetime import date, datetime

from kashiman.wording.en import (
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
from kashiman.wording.en.words import WORDS
from kashiman.wording.sentence import Tongue

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
    return f"{day.day} {day:%B}"


def _instant(at: datetime) -> str:
    return f"{at.day} {at:%B}, {at.hour}:{at.minute:02}"


TONGUE = Tongue(
    sentences={code: sentence for catalogue in CATALOGUES for code, sentence in catalogue.SENTENCES.items()},
    words=WORDS,
    unknown="Sorry, this could not be done. Please ask the commerce desk at city hall.",
    yen=lambda amount_yen: f"¥{amount_yen:,}",
    day=_day,
    instant=_instant,
    between=", ",
)
