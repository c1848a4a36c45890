"""What the holder of a receipt may buy, as the clerk at the counter sees it."""

from datetime import datetime

from issuance.purchase_model import GrantAccount
from issuance.store.grants import read_accounts
from kernel.db import Session
from staff_console.schemas import GrantAnswer


def grants_of_receipt(session: Session, receipt: str, now: datetime) -> list[GrantAnswer]:
    """The grants of a receipt number, oldest first; spaces, hyphens and small letters are forgiven."""
    typed = receipt.upper().translate(str.maketrans("", "", " -　"))
    return [_answer(account, now) for account in read_accounts(session, "g.receipt = %s", [typed]).values()]


def _answer(account: GrantAccount, now: datetime) -> GrantAnswer:
    grant = account.grant
    return GrantAnswer(
        grant_id=grant.id,
        round_id=grant.round_id,
        receipt=grant.receipt,
        origin=grant.origin,
        units=grant.units,
        units_left=account.units_left,
        price_yen=grant.terms.price_yen,
        face_yen=grant.terms.face_yen,
        pay_from=grant.pay_from,
        pay_until=grant.pay_until,
        is_payable=account.units_left > 0 and grant.is_payable(now),
    )
