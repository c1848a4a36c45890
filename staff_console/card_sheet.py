"""The sheet from which a paper card is cut. No name stands on it, so that whoever finds a card learns nothing."""

from kernel.clock import city_date
from kernel.documents import Template, typeset
from payments.cards.model import PrintedCard
from payments.codes.picture import code_svg


def card_sheet(printed: PrintedCard) -> bytes:
    """A PDF of A4: the card at its true size (ISO/IEC 7810, ID-1) with its code, and how it is used."""
    card = printed.card
    data = {
        "code_svg": code_svg(printed.code),
        "serial": f"{card.serial[:3]}-{card.serial[3:6]}-{card.serial[6:]}",
        "limit_payment_yen": card.limits.payment_yen,
        "limit_day_yen": card.limits.day_yen,
        "has_pin": card.has_pin,
    }
    return typeset(Template("staff_console", "card"), data, made_on=city_date(card.issued_at))
