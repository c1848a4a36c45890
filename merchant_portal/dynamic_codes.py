"""Codes with an amount on the till's own screen: showing one, and seeing whether it was paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.db import Session
from merchant_portal.parts import PortalParts
from merchant_portal.posters import shop_code
from merchant_portal.reach import chosen_store
from merchant_portal.viewer import ShopViewer
from merchants.model import StoreView
from merchants.queries import stores_for_payment
from merchants.rules.standing import demand_open_store
from payments.codes.dynamic_code import TILL_SERIAL, is_reference
from payments.codes.merchant_code import write_merchant_code
from payments.model import DynamicCode
from payments.operations.issue_dynamic_code import issue_dynamic_code
from payments.queries import find_dynamic_code
from payments.refusals import DynamicCodeUnknown


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code of one of the viewer's stores, with the signed text of its picture."""

    code: DynamicCode
    store: StoreView
    text: str

    def state(self, now: datetime) -> str:
        """`paid`, `expired` or `waiting`."""
        if self.code.payment_id is not None:
            return "paid"
        return "waiting" if now < self.code.expires_at else "expired"


def show_code(
    parts: PortalParts, viewer: ShopViewer, stores: Sequence[StoreView], *, amount_yen: int, store_id: UUID | None
) -> ShownCode:
    """Make a code for one sale.

    Refuses, in this order: StoreNotChosen; StoreUnknown; MerchantNotApproved; MerchantSuspended.
    """
    store = chosen_store(stores, store_id)

    def issue(session: Session) -> DynamicCode:
        demand_open_store(store.store_id, stores_for_payment(session, [store.store_id]))
        return issue_dynamic_code(
            session,
            store_id=store.store_id,
            amount_yen=amount_yen,
            issued_by=viewer.shop_user_id,
            now=parts.clock.now(),
        )

    return _shown(parts, store, parts.database.run(issue))


def own_code(parts: PortalParts, stores: Sequence[StoreView], reference: str) -> ShownCode:
    """A code that one of these stores showed. Refuses DynamicCodeUnknown, the same for another shop's as for none."""
    with parts.database.transaction() as session:
        code = find_dynamic_code(session, reference) if is_reference(reference) else None
    for store in stores:
        if code is not None and store.store_id == code.store_id:
            return _shown(parts, store, code)
    raise DynamicCodeUnknown


def _shown(parts: PortalParts, store: StoreView, code: DynamicCode) -> ShownCode:
    said = replace(shop_code(store, TILL_SERIAL), amount_yen=code.amount_yen, reference=code.reference)
    return ShownCode(code, store, write_merchant_code(said, parts.shop_code_key, parts.key_id, parts.city_guid))
