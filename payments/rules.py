"""Who may pay whom, with which code, decided before the books are asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from ledger.model import CommandKey, command_key
from merchants.model import StoreForPayment
from payments.codes.consumer_code import CODE_LIFETIME_S, consumer_code_is_live
from payments.model import ChargeRequest, DecidedCharge, DynamicCode, IssuedCode, PaymentRequest
from payments.refusals import (
    ConsumerCodeExpired,
    ConsumerCodeUnknown,
    ConsumerCodeUsed,
    DynamicAmountDiffers,
    DynamicCodeExpired,
    DynamicCodePaid,
    DynamicCodeUnknown,
    PayerBelongsToShop,
)

Asked = TypeVar("Asked", bound=PaymentRequest | ChargeRequest | DecidedCharge)


def demand_live_code(code: IssuedCode | None, now: datetime) -> IssuedCode:
    """Answer a resident's code that may be charged now.

    A code that was replaced works for the grace more: the shop may have scanned it just before, and types the amount.
    Refuses, in this order: ConsumerCodeUnknown; ConsumerCodeUsed; ConsumerCodeExpired.
    """
    if code is None:
        raise ConsumerCodeUnknown
    if code.is_burnt:
        raise ConsumerCodeUsed
    if not consumer_code_is_live(code.issued_at, now, code.replaced_at):
        raise ConsumerCodeExpired(lifetime_s=CODE_LIFETIME_S)
    return code


def demand_payable_code(code: DynamicCode | None, amount_yen: int, now: datetime) -> DynamicCode:
    """Answer a dynamic code that may be paid now, with the amount that it carries.

    Refuses, in this order: DynamicCodeUnknown; DynamicCodePaid; DynamicCodeExpired, from `expires_at` on;
    DynamicAmountDiffers.
    """
    if code is None:
        raise DynamicCodeUnknown
    if code.payment_id is not None:
        raise DynamicCodePaid
    if now >= code.expires_at:
        raise DynamicCodeExpired(expired_at=code.expires_at.isoformat())
    if amount_yen != code.amount_yen:
        raise DynamicAmountDiffers(amount_yen=code.amount_yen)
    return code


def runs_without_repeated_reference(requests: Sequence[Asked]) -> list[list[Asked]]:
    """Cut a batch into runs, in its order, in each of which a dynamic code is paid at most once.

    Whether a code is used up is known only after the books answered for the payment before.
    """
    runs: list[list[Asked]] = [[]]
    met: set[str] = set()
    for request in requests:
        reference = request.reference if isinstance(request, PaymentRequest) else None
        if reference in met:
            runs.append([])
            met = set()
        if reference is not None:
            met.add(reference)
        runs[-1].append(request)
    return runs


def demand_other_shop(wallet_id: UUID, store: StoreForPayment) -> None:
    """Refuse PayerBelongsToShop for the wallet of an owner or a member of staff."""
    if wallet_id in store.own_wallets:
        raise PayerBelongsToShop


def key_of(request: PaymentRequest | ChargeRequest | DecidedCharge) -> CommandKey:
    """The key under which the books answer a request: who asks, their own key, and everything they ask for."""
    if isinstance(request, PaymentRequest):
        at = request.poster_serial if request.reference is None else f"dynamic {request.reference}"
        return command_key(f"wallet:{request.wallet_id}", request.key, "pay", at, request.amount_yen)
    content = ("charge", request.code_digest.hex(), request.amount_yen)
    return command_key(f"store:{request.store_id}", request.key, *content)
