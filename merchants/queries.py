"""Questions about shops that payments, settlement and pages ask."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlmodel import Session

from kernel.db import driver_connection
from merchants.model import (
    AccountChange,
    AccountEvent,
    AccountInForce,
    ApplicationLine,
    ApplicationState,
    ApplicationView,
    Draft,
    FoundShop,
    FoundShops,
    MaskedAccount,
    MerchantStatus,
    MerchantView,
    PosterState,
    ShopKinds,
    ShopSearch,
    StatusChange,
    StoreForPayment,
    StoreView,
)
from merchants.refusals import AccountChangeUnknown, MerchantUnknown, ShopApplicationUnknown, StoreUnknown
from merchants.rules.proofs import proof_of, secret_digest, typed_receipt
from merchants.store import applications, places, shops
from merchants.store import bank_accounts as accounts

Connected = Session | psycopg.Connection[Any]
"""A session, or the connection under one, for those who hold it already."""


def payment_places(
    connected: Connected, *, serials: Collection[str] = (), store_ids: Collection[UUID] = ()
) -> tuple[dict[str, PosterState], dict[UUID, StoreForPayment]]:
    """Posters by serial, and what payments at their stores and at `store_ids` have to know, in one statement.

    Unknown serials and stores are left out.
    """
    return shops.find_payment_places(_connection(connected), serials, store_ids)


def stores_for_payment(connected: Connected, store_ids: Collection[UUID]) -> dict[UUID, StoreForPayment]:
    """What payments at these stores have to know; an unknown store is left out."""
    return payment_places(connected, store_ids=store_ids)[1]


def find_store_by_code(session: Session, store_code: str) -> StoreView:
    """The store with a code like `S001`. Refuses StoreUnknown."""
    found = shops.find_store_by_code(session, store_code)
    if found is None:
        raise StoreUnknown(store_code)
    return found


def store_names(session: Session, store_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The display name of each store; an unknown store is left out."""
    return shops.find_store_names(session, store_ids)


def stores_of(session: Session, merchant_ids: Iterable[UUID]) -> list[StoreView]:
    """The stores of these merchants, in the order of their codes."""
    return shops.find_stores_of(session, merchant_ids)


def open_stores(session: Session) -> list[StoreView]:
    """Every store that takes payments now, for the public list, in the order of their codes."""
    return shops.find_open_stores(session)


def search_shops(session: Session, wanted: ShopSearch, wallet_id: UUID, *, offset: int = 0, limit: int) -> FoundShops:
    """The stores that take payments now and are looked for, in the order of their readings, as one wallet sees them."""
    return places.find_shops(session, wanted, wallet_id, offset, limit)


def shop_by_code(session: Session, store_code: str, wallet_id: UUID) -> FoundShop:
    """A store that takes payments now, as one wallet sees it. Refuses StoreUnknown."""
    found = places.find_shop(session, store_code, wallet_id)
    if found is None:
        raise StoreUnknown(store_code)
    return found


def shop_kinds(session: Session) -> ShopKinds:
    """The trades and districts of the stores that take payments now."""
    return places.find_kinds(session)


def merchant_view(session: Session, merchant_id: UUID) -> MerchantView:
    """One merchant. Refuses MerchantUnknown."""
    found = shops.find_merchants(session, [merchant_id])
    if not found:
        raise MerchantUnknown(str(merchant_id))
    return found[0]


def merchants_by_ids(session: Session, merchant_ids: Iterable[UUID]) -> dict[UUID, MerchantView]:
    """Merchants by id; an unknown id is left out."""
    return {merchant.merchant_id: merchant for merchant in shops.find_merchants(session, merchant_ids)}


def list_merchants(
    session: Session, *, status: MerchantStatus | None = None, after_code: str = "", limit: int = 100
) -> list[MerchantView]:
    """A page of merchants in the order of their codes, starting after `after_code`."""
    return shops.find_merchants_with(session, status, after_code, limit)


def merchant_counts(session: Session) -> dict[MerchantStatus, int]:
    """How many merchants stand where; a status that nobody has is left out."""
    return shops.count_merchants(session)


def status_history(session: Session, merchant_id: UUID) -> list[StatusChange]:
    """Every change of a merchant's status, oldest first."""
    return shops.find_status_changes(session, merchant_id)


def posters_of(session: Session, store_id: UUID) -> list[PosterState]:
    """The posters of a store, newest first."""
    return shops.find_posters_of(session, store_id)


def bank_accounts(session: Session, merchant_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, AccountInForce]:
    """Where these merchants are paid at an instant, by merchant id; an unknown id is left out. For staff and worker."""
    return accounts.find_in_force(session, merchant_ids, at)


def masked_accounts(session: Session, merchant_id: UUID) -> list[MaskedAccount]:
    """Every account that a merchant named, without all of its digits, the first first."""
    return accounts.find_masked(session, merchant_id)


def account_events(session: Session, account_ids: Iterable[UUID]) -> list[AccountEvent]:
    """What happened to accounts, oldest first."""
    return accounts.find_events(session, account_ids)


def open_account_changes(session: Session, *, now: datetime) -> list[AccountChange]:
    """The changes of account that wait for an answer or for their first day. For staff only."""
    return accounts.find_changes(session, now)


def account_change(session: Session, account_id: UUID, *, now: datetime) -> AccountChange:
    """One change of account, whatever became of it. For staff only. Refuses AccountChangeUnknown."""
    for found in accounts.find_changes(session, now, account_id):
        return found
    raise AccountChangeUnknown


def proven_application(session: Session, receipt: str, passphrase: str) -> ApplicationView:
    """The application of whoever knows its number and its passphrase. Refuses ShopApplicationUnknown."""
    found = applications.find_proven(session, proof_of(passphrase))
    if found is None or found.receipt != typed_receipt(receipt):
        raise ShopApplicationUnknown
    return found


def shop_application(session: Session, application_id: UUID) -> ApplicationView:
    """One application. For staff only. Refuses ShopApplicationUnknown."""
    found = applications.find_application(session, application_id)
    if found is None:
        raise ShopApplicationUnknown
    return found


def list_shop_applications(
    session: Session, *, states: Collection[ApplicationState] = (), limit: int = 200
) -> list[ApplicationLine]:
    """Applications that stand in these states, or all, the oldest first. For staff only."""
    return applications.find_lines(session, sorted(states), limit)


def joining_draft(session: Session, secret: str) -> Draft | None:
    """What the browser with this secret has typed so far."""
    return applications.find_draft(session, secret_digest(secret))


def _connection(connected: Connected) -> psycopg.Connection[Any]:
    return driver_connection(connected) if isinstance(connected, Session) else connected
