"""Whether a merchant's status may move, whether a store may be paid, and whether a poster still counts."""

from collections.abc import Mapping
from uuid import UUID

from merchants.model import MerchantStatus, PosterState, StatusMove, StoreForPayment
from merchants.refusals import (
    MerchantNotApproved,
    MerchantStatusNotAllowed,
    MerchantSuspended,
    MerchantUnknown,
    PosterRevoked,
    PosterUnknown,
    StoreUnknown,
)


def demand_move_possible(merchant_id: UUID, statuses: Mapping[UUID, MerchantStatus], move: StatusMove) -> None:
    """Check that a merchant stands where a move begins.

    Refuses, in this order: MerchantUnknown; MerchantStatusNotAllowed.
    """
    status = statuses.get(merchant_id)
    if status is None:
        raise MerchantUnknown(str(merchant_id))
    if status is not move.from_status:
        raise MerchantStatusNotAllowed(str(merchant_id), status.value, move.to_status.value)


def demand_open_store(store_id: UUID, stores: Mapping[UUID, StoreForPayment]) -> StoreForPayment:
    """Answer a store that may be paid now.

    Refuses, in this order: StoreUnknown; MerchantNotApproved; MerchantSuspended.
    """
    store = stores.get(store_id)
    if store is None:
        raise StoreUnknown(str(store_id))
    if store.merchant_status is MerchantStatus.APPLIED:
        raise MerchantNotApproved(str(store.merchant_id))
    if store.merchant_status is MerchantStatus.SUSPENDED:
        raise MerchantSuspended(str(store.merchant_id))
    return store


def demand_valid_poster(serial: str, store_code: str, posters: Mapping[str, PosterState]) -> PosterState:
    """Answer the poster with this serial, if it is this store's and counts.

    Refuses, in this order: PosterUnknown, also for another store's poster; PosterRevoked.
    """
    poster = posters.get(serial)
    if poster is None or poster.store_code != store_code:
        raise PosterUnknown(serial)
    if poster.revoked_at is not None:
        raise PosterRevoked(serial, poster.revoked_at.isoformat())
    return poster
