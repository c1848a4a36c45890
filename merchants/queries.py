"""Questions about shops that payments, settlement and pages ask."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import psycopg
from sqlmodel import Session

from kernel.db import driver_connection
from merchants import store
from merchants.model import (
    BankAccount,
    MerchantStatus,
    MerchantView,
    PosterState,
    StatusChange,
    StoreForPayment,
    StoreView,
)
from merchants.refusals import MerchantUnknown, StoreUnknown

Connected = Session | psycopg.Connection[Any]
"""A session, or the connection under one, for those who hold it already."""


def payment_places(
    connected: Connected, *, serials: Collection[str] = (), store_ids: Collection[UUID] = ()
) -> tuple[dict[str, PosterState], dict[UUID, StoreForPayment]]:
    """Posters by serial, and what payments at their stores and at `store_ids` have to know, in one statement.

    Unknown serials and stores are left out.
    """
    return store.find_payment_places(_connection(connected), serials, store_ids)


def stores_for_payment(connected: Connected, store_ids: Collection[UUID]) -> dict[UUID, StoreForPayment]:
    """What payments at these stores have to know; an unknown store is left out."""
    return payment_places(connected, store_ids=store_ids)[1]


def find_store_by_code(session: Session, store_code: str) -> StoreView:
    """The store with a code like `S001`. Refuses StoreUnknown."""
    found = store.find_store_by_code(session, store_code)
    if found is None:
        raise StoreUnknown(store_code)
    return found


def store_names(session: Session, store_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The display name of each store; an unknown store is left out."""
    return store.find_store_names(session, store_ids)


def stores_of(session: Session, merchant_ids: Iterable[UUID]) -> list[StoreView]:
    """The stores of these merchants, in the order of their codes."""
    return store.find_stores_of(session, merchant_ids)


def open_stores(session: Session) -> list[StoreView]:
    """Every store that takes payments now, for the public list, in the order of their codes."""
    return store.find_open_stores(session)


def merchant_view(session: Session, merchant_id: UUID) -> MerchantView:
    """One merchant. Refuses MerchantUnknown."""
    found = store.find_merchants(session, [merchant_id])
    if not found:
        raise MerchantUnknown(str(merchant_id))
    return found[0]


def merchants_by_ids(session: Session, merchant_ids: Iterable[UUID]) -> dict[UUID, MerchantView]:
    """Merchants by id; an unknown id is left out."""
    return {merchant.merchant_id: merchant for merchant in store.find_merchants(session, merchant_ids)}


def list_merchants(
    session: Session, *, status: MerchantStatus | None = None, after_code: str = "", limit: int = 100
) -> list[MerchantView]:
    """A page of merchants in the order of their codes, starting after `after_code`."""
    return store.find_merchants_with(session, status, after_code, limit)


def merchant_counts(session: Session) -> dict[MerchantStatus, int]:
    """How many merchants stand where; a status that nobody has is left out."""
    return store.count_merchants(session)


def status_history(session: Session, merchant_id: UUID) -> list[StatusChange]:
    """Every change of a merchant's status, oldest first."""
    return store.find_status_changes(session, merchant_id)


def posters_of(session: Session, store_id: UUID) -> list[PosterState]:
    """The posters of a store, newest first."""
    return store.find_posters_of(session, store_id)


def bank_accounts(session: Session, merchant_ids: Iterable[UUID]) -> dict[UUID, BankAccount]:
    """Where these merchants are paid, by merchant id; an unknown id is left out. For staff and worker only."""
    return store.find_bank_accounts(session, merchant_ids)


def _connection(connected: Connected) -> psycopg.Connection[Any]:
    return driver_connection(connected) if isinstance(connected, Session) else connected
