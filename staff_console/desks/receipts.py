"""What the holder of a receipt may buy, as the clerk at the counter sees it."""

from datetime import datetime

from issuance import queries
from issuance.queries import GrantView
from kernel.db import Session
from staff_console.schemas import GrantAnswer

FORGIVEN = str.maketrans("", "", " -　")


def grants_of_receipt(session: Session, receipt: str, now: datetime) -> list[GrantAnswer]:
    """The grants of a receipt number, oldest first; spaces, hyphens and small letters are forgiven."""
    typed = receipt.upper().translate(FORGIVEN)
    return [_answer(view) for view in queries.grants_of_receipt(session, typed, now=now)]


def _answer(view: GrantView) -> GrantAnswer:
    return GrantAnswer(
        grant_id=view.grant_id,
        round_id=view.round_id,
        receipt=view.receipt,
        origin=view.origin,
        units=view.units,
        units_left=view.units_left,
        price_yen=view.price_yen,
        face_yen=view.face_yen,
        pay_from=view.pay_from,
        pay_until=view.pay_until,
        is_payable=view.is_payable,
    )
