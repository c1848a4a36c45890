"""Moving money at the till: charge a resident's code, and take a payment back. Pages and API do it here alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.db import Session
from kernel.refusals import Refusal
from ledger.refusals import ValueNotEnough
from merchant_portal.parts import PortalParts
from merchant_portal.reach import chosen_store, find_own_payment
from merchant_portal.viewer import ShopViewer
from merchants.model import StoreView
from payments.cards.model import CardCharge
from payments.cards.rules import pin_digest, read_pin
from payments.codes.card_code import card_digest_of, is_card_code
from payments.codes.consumer_code import digest_of
from payments.model import ChargeRequest, PaymentReceipt, ReversalReason, ReversalReceipt, ReversalRequest
from payments.operations.reverse_payments import reverse_payments


@dataclass(eq=False)
class CustomerValueNotEnough(Refusal):
    """The resident does not have enough that this shop may take; how much they have is theirs to say."""

    asked_yen: int


async def charge_code(
    parts: PortalParts,
    viewer: ShopViewer,
    stores: Sequence[StoreView],
    *,
    key: str,
    code: str,
    amount_yen: int,
    store_id: UUID | None,
    pin: str | None = None,
) -> PaymentReceipt:
    """Charge the code that a resident shows, or their paper card; answers only after the payment is durable.

    `stores` are the viewer's own; `pin` is what the holder of a card typed, which goes no further than here. Refuses,
    in this order: CodeUnreadable; PinMalformed; StoreNotChosen; StoreUnknown; RequestInProgress; what
    `take_any_payments` refuses, with CustomerValueNotEnough for ValueNotEnough, which would tell the shop a balance.
    From there on a refusal burns the key, the code of a phone, and one of the tries of a card's PIN if that was wrong.
    """
    digest, typed_pin = _presented(parts, code, pin)
    store = chosen_store(stores, store_id)
    asked = (key, digest, amount_yen, store.store_id, viewer.shop_user_id, parts.clock.now())
    request = CardCharge(*asked, typed_pin) if is_card_code(code) else ChargeRequest(*asked)
    with parts.keys_in_progress.entered(f"store:{store.store_id}", key):
        try:
            return await parts.payments.submit(request)
        except ValueNotEnough as refusal:
            raise CustomerValueNotEnough(refusal.asked_yen) from None


def demand_readable(code: str) -> None:
    """Refuse CodeUnreadable for what is neither the code of a phone nor that of a card."""
    if is_card_code(code):
        card_digest_of(code)
    else:
        digest_of(code)


def _presented(parts: PortalParts, code: str, pin: str | None) -> tuple[bytes, bytes | None]:
    """The digests of a scanned or typed code and, for a card, of the PIN."""
    if not is_card_code(code):
        return digest_of(code), None
    digest = card_digest_of(code)
    return digest, pin_digest(parts.pepper, digest, read_pin(pin)) if pin else None


def take_back(
    parts: PortalParts,
    viewer: ShopViewer,
    payment_id: UUID,
    *,
    key: str,
    refund_yen: int | None = None,
    reason: ReversalReason | None = None,
) -> ReversalReceipt:
    """Void a payment of the viewer's stores as a whole, or refund `refund_yen` of it.

    Refuses, in this order: RequestInProgress; PaymentNotFound; what `reverse_payments` refuses, which burns the key.
    """
    request = ReversalRequest(
        key, payment_id, viewer.merchant_id, viewer.shop_user_id, parts.clock.now(), refund_yen, reason
    )

    def reverse(session: Session) -> ReversalReceipt | Refusal:
        find_own_payment(session, viewer, payment_id)
        return reverse_payments(session, [request])[0]

    with parts.keys_in_progress.entered(f"merchant:{viewer.merchant_id}", key):
        outcome = parts.database.run(reverse)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
