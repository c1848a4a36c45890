"""What a viewer can reach: their own stores and what belongs to these. All else looks as if it were not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends

from kernel.db import Session
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import Parts
from merchant_portal.viewer import ShopUser, ShopViewer
from merchants.model import StoreView
from merchants.queries import stores_of
from merchants.refusals import StoreUnknown
from payments.queries import Movement, find_payment, store_takings
from payments.refusals import PaymentNotFound


@dataclass(eq=False)
class StoreNotChosen(Refusal):
    """The user acts at several stores, so the request has to name one."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """A payment of one of the viewer's stores."""

    payment_id: UUID
    store_id: UUID
    amount_yen: int
    paid_at: datetime


def find_own_stores(session: Session, viewer: ShopViewer) -> list[StoreView]:
    """The stores at which the viewer may act: all of the merchant's, or the one they are bound to."""
    stores = stores_of(session, [viewer.merchant_id])
    return [store for store in stores if viewer.store_id in (None, store.store_id)]


def own_stores(viewer: ShopUser, parts: Parts) -> list[StoreView]:
    """The stores of who is asking, read before the request's own work begins."""
    with parts.database.transaction() as session:
        return find_own_stores(session, viewer)


OwnStores = Annotated[list[StoreView], Depends(own_stores)]


def own_store(stores: Sequence[StoreView], store_id: UUID) -> StoreView:
    """One of the viewer's stores. Refuses StoreUnknown, the same for another merchant's store as for none."""
    for store in stores:
        if store.store_id == store_id:
            return store
    raise StoreUnknown(str(store_id))


def chosen_store(stores: Sequence[StoreView], store_id: UUID | None) -> StoreView:
    """The store a request acts at; who has just one need not name it. Refuses: StoreNotChosen, StoreUnknown."""
    if store_id is not None:
        return own_store(stores, store_id)
    if len(stores) != 1:
        raise StoreNotChosen
    return stores[0]


def find_own_payment(session: Session, viewer: ShopViewer, payment_id: UUID) -> OwnPayment:
    """A payment of the viewer's stores. Refuses PaymentNotFound, the same for another shop's payment as for none."""
    payment = find_payment(session, payment_id)
    own = {store.store_id for store in find_own_stores(session, viewer)}
    if payment is None or payment.store_id not in own:
        raise PaymentNotFound(payment_id=str(payment_id))
    return OwnPayment(payment.id, payment.store_id, payment.amount_yen, payment.paid_at)


def reversals_of(session: Session, payment: OwnPayment, before: datetime) -> list[Movement]:
    """What was given back of a payment so far, newest first."""
    movements = store_takings(session, [payment.store_id], since=payment.paid_at, before=before)
    return [each for each in movements if each.payment_id == payment.payment_id and each.id != payment.payment_id]
