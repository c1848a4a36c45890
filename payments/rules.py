"""Who may pay whom, with which code, decided before the books are asked."""

from datetime import datetime
from uuid import UUID

from kernel.refusals import Refusal
from payments.codes.consumer_code import CODE_LIFETIME_S, consumer_code_is_live
from payments.model import IssuedCode
from payments.refusals import (
    ConsumerCodeExpired,
    ConsumerCodeUnknown,
    ConsumerCodeUsed,
    PayerBelongsToShop,
)


def refuse_code(code: IssuedCode | None, now: datetime) -> Refusal | None:
    """The refusal of a resident's code, if any: ConsumerCodeUnknown, ConsumerCodeUsed, ConsumerCodeExpired."""
    if code is None:
        return ConsumerCodeUnknown()
    if code.is_burnt:
        return ConsumerCodeUsed()
    if not code.is_newest or not consumer_code_is_live(code.issued_at, now):
        return ConsumerCodeExpired(lifetime_s=CODE_LIFETIME_S)
    return None


def refuse_own_shop(wallet_id: UUID, own_wallets: frozenset[UUID]) -> Refusal | None:
    """PayerBelongsToShop for the wallet of an owner or a member of staff."""
    return PayerBelongsToShop() if wallet_id in own_wallets else None
