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
from payments.codes.consumer_code import digest_of
from payments.model import ChargeRequest, PaymentReceipt, ReversalReceipt, ReversalRequest
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
) -> PaymentReceipt:
    """Charge the code that a resident shows; answers only after the payment is durable.

    `stores` are the viewer's own. Refuses, in this order: CodeUnreadable; StoreNotChosen; StoreUnknown;
    RequestInProgress; what `take_payments` refuses, with CustomerValueNotEnough for ValueNotEnough, which would tell
    the shop a balance. From there on a refusal burns the key and the resident's code.
    """
    digest = digest_of(code)
    store = chosen_store(stores, store_id)
    request = ChargeRequest(key, digest, amount_yen, store.store_id, viewer.shop_user_id, parts.clock.now())
    with parts.keys_in_progress.entered(f"store:{store.store_id}", key):
        try:
            return await parts.payments.submit(request)
        except ValueNotEnough as refusal:
            raise CustomerValueNotEnough(refusal.asked_yen) from None


def take_back(
    parts: PortalParts, viewer: ShopViewer, payment_id: UUID, *, key: str, refund_yen: int | None = None
) -> ReversalReceipt:
    """Void a payment of the viewer's stores as a whole, or refund `refund_yen` of it.

    Refuses, in this order: RequestInProgress; PaymentNotFound; what `reverse_payments` refuses, which burns the key.
    """
    request = ReversalRequest(
        key, payment_id, viewer.merchant_id, viewer.shop_user_id, parts.clock.now(), refund_yen=refund_yen
    )

    def reverse(session: Session) -> ReversalReceipt | Refusal:
        find_own_payment(session, viewer, payment_id)
        return reverse_payments(session, [request])[0]

    with parts.keys_in_progress.entered(f"merchant:{viewer.merchant_id}", key):
        outcome = parts.database.run(reverse)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
