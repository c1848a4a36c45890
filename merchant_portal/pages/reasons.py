"""Why a payment is taken back, in words."""

from kernel.pages.languages import msgid
from payments.model import ReversalReason

REASONS = {
    ReversalReason.WRONG_AMOUNT: msgid("金額をまちがえた"),
    ReversalReason.PAID_TWICE: msgid("二重に支払われた"),
    ReversalReason.GOODS_RETURNED: msgid("商品がもどってきた"),
    ReversalReason.OTHER: msgid("その他"),
}


def reason_of(text: str) -> ReversalReason | None:
    """The reason that a form names; None for what is none."""
    return ReversalReason(text) if text in {reason.value for reason in REASONS} else None
