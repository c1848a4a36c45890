"""Who may pay whom, with which code, decided before the books are asked."""

from datetime import datetime
from uuid import UUID

from merchants.model import StoreForPayment
from payments.codes.consumer_code import CODE_LIFETIME_S, consumer_code_is_live
from payments.model import IssuedCode
from payments.refusals import ConsumerCodeExpired, ConsumerCodeUnknown, ConsumerCodeUsed, PayerBelongsToShop


def demand_live_code(code: IssuedCode | None, now: datetime) -> IssuedCode:
    """Answer a resident's code that may be charged now.

    Refuses, in this order: ConsumerCodeUnknown; ConsumerCodeUsed; ConsumerCodeExpired, also when a newer one was shown.
    """
    if code is None:
        raise ConsumerCodeUnknown
    if code.is_burnt:
        raise ConsumerCodeUsed
    if not code.is_newest or not consumer_code_is_live(code.issued_at, now):
        raise ConsumerCodeExpired(lifetime_s=CODE_LIFETIME_S)
    return code


def demand_other_shop(wallet_id: UUID, store: StoreForPayment) -> None:
    """Refuse PayerBelongsToShop for the wallet of an owner or a member of staff."""
    if wallet_id in store.own_wallets:
        raise PayerBelongsToShop
