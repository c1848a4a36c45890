"""The SQL of merchants, stores and posters. Batches are one statement per table, whatever their size."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from sqlmodel import Session

from kernel.arrays import ids_literal, text_literal
from kernel.db import driver_connection
from kernel.ids import new_ids
from merchants.model import (
    MerchantSize,
    MerchantStatus,
    MerchantView,
    NewMerchant,
    PosterState,
    RegisteredMerchant,
    StatusChange,
    StoreForPayment,
    StoreView,
)

PAYMENT_PLACES = """
WITH wanted AS (
    SELECT serial, store_id, key_id, printed_at, revoked_at FROM merchants.posters WHERE serial = ANY (%s::text[])
    UNION ALL SELECT NULL, id, NULL, NULL, NULL FROM unnest(%s::uuid[]) AS named (id)
)
SELECT p.serial, s.id, s.code, p.key_id, p.printed_at, p.revoked_at,
       s.display_name, m.id, m.code, m.size, m.status,
       ARRAY(SELECT o.wallet_id FROM merchants.own_wallets AS o WHERE o.merchant_id = m.id)
FROM wanted AS p JOIN merchants.stores AS s ON s.id = p.store_id JOIN merchants.merchants AS m ON m.id = s.merchant_id
"""
FIND_POSTERS = """
SELECT p.serial, p.store_id, s.code, p.key_id, p.printed_at, p.revoked_at
FROM merchants.posters AS p JOIN merchants.stores AS s ON s.id = p.store_id
"""
FIND_STORES = """
SELECT m.size, m.status, s.id, s.code, s.display_name, s.name_latin, s.district, s.postal_code, m.id, m.code, m.trade
FROM merchants.stores AS s JOIN merchants.merchants AS m ON m.id = s.merchant_id
"""
FIND_MERCHANTS = """
SELECT size, status, id, code, legal_name, legal_kana, trade, applied_at FROM merchants.merchants
"""
_SIZES = {size.value: size for size in MerchantSize}
_STATUSES = {status.value: status for status in MerchantStatus}


def take_numbers(session: Session, merchants: int, stores: int) -> tuple[list[int], list[int]]:
    """Take the next merchant and store numbers."""
    connection = driver_connection(session)
    taken = []
    for sequence, count in (("merchants.merchant_numbers", merchants), ("merchants.store_numbers", stores)):
        rows = connection.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        taken.append([row[0] for row in rows])
    return taken[0], taken[1]


def first_known_record(session: Session, merchant_ids: Sequence[UUID], store_ids: Sequence[UUID]) -> UUID | None:
    """One of these merchants or stores that is there already."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT id FROM merchants.merchants WHERE id = ANY (%s::uuid[])
            UNION ALL SELECT id FROM merchants.stores WHERE id = ANY (%s::uuid[]) LIMIT 1
            """,
            [list(merchant_ids), list(store_ids)],
        )
        .fetchone()
    )
    return row[0] if row else None


def insert_merchants(
    session: Session, merchants: Sequence[NewMerchant], registered: Sequence[RegisteredMerchant], now: datetime
) -> None:
    """Add merchants that apply, and their stores."""
    connection = driver_connection(session)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            """
            COPY merchants.merchants (id, code, legal_name, legal_kana, trade, size, applied_at) FROM STDIN
            """
        ) as copy,
    ):
        for new, (merchant_id, code, _) in zip(merchants, registered, strict=True):
            copy.write_row((merchant_id, code, new.legal_name, new.legal_kana, new.trade, new.size.value, now))
    columns = "id, merchant_id, code, display_name, name_latin, district, postal_code"
    with connection.cursor() as cursor, cursor.copy(f"COPY merchants.stores ({columns}) FROM STDIN") as copy:
        for new, (merchant_id, _, stores) in zip(merchants, registered, strict=True):
            for store, (store_id, code) in zip(new.stores, stores, strict=True):
                names = (store.display_name, store.name_latin, store.district, store.postal_code)
                copy.write_row((store_id, merchant_id, code, *names))


def lock_merchants(session: Session, merchant_ids: Iterable[UUID]) -> dict[UUID, MerchantStatus]:
    """Hold merchants, in the order of their ids, and say where they stand."""
    rows = driver_connection(session).execute(
        "SELECT id, status FROM merchants.lock_merchants(%s::uuid[])", [list(merchant_ids)], binary=True
    )
    return {row[0]: _STATUSES[row[1]] for row in rows}


def insert_status_changes(session: Session, changes: Sequence[StatusChange]) -> None:
    """Add to the history of statuses, which moves the statuses."""
    merchant_ids, times, staff, from_statuses, to_statuses, reasons = zip(*changes, strict=True)
    driver_connection(session).execute(
        """
        INSERT INTO merchants.status_changes
            (id, merchant_id, changed_at, changed_by, from_status, to_status, reason)
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::text[])
        """,
        [
            *(new_ids(len(changes)), list(merchant_ids), list(times), list(staff)),
            *([status.value for status in from_statuses], [status.value for status in to_statuses]),
            list(reasons),
        ],
    )


def find_status_changes(session: Session, merchant_id: UUID) -> list[StatusChange]:
    """Read the history of a merchant's status, oldest first."""
    rows = driver_connection(session).execute(
        """
        SELECT merchant_id, changed_at, changed_by, from_status, to_status, reason
        FROM merchants.status_changes WHERE merchant_id = %s ORDER BY changed_at, id
        """,
        [merchant_id],
        binary=True,
    )
    return [
        StatusChange(merchant, changed_at, by, _STATUSES[from_status], _STATUSES[to_status], reason)
        for merchant, changed_at, by, from_status, to_status, reason in rows
    ]


def existing_stores(session: Session, store_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are stores."""
    rows = driver_connection(session).execute(
        "SELECT id FROM merchants.stores WHERE id = ANY (%s::uuid[])", [list(store_ids)], binary=True
    )
    return {row[0] for row in rows}


def insert_posters(session: Session, posters: Sequence[tuple[str, UUID]], key_id: str, now: datetime) -> None:
    """Add printed posters, each as serial and store."""
    serials, store_ids = zip(*posters, strict=True)
    driver_connection(session).execute(
        """
        INSERT INTO merchants.posters (serial, store_id, key_id, printed_at)
        SELECT p.serial, p.store_id, %s, %s FROM unnest(%s::text[], %s::uuid[]) AS p (serial, store_id)
        """,
        [key_id, now, list(serials), list(store_ids)],
    )


def lock_poster(session: Session, serial: str) -> PosterState | None:
    """Find a poster and hold its row."""
    statement = FIND_POSTERS + "WHERE p.serial = %s FOR NO KEY UPDATE OF p"
    row = driver_connection(session).execute(statement, [serial], binary=True).fetchone()
    return PosterState(*row) if row else None


def save_revocation(session: Session, serial: str, now: datetime) -> None:
    """Mark a poster as taken out of use."""
    statement = "UPDATE merchants.posters SET revoked_at = %s WHERE serial = %s"
    driver_connection(session).execute(statement, [now, serial])


def insert_own_wallets(session: Session, merchant_id: UUID, wallet_ids: Iterable[UUID], now: datetime) -> None:
    """Add wallets that were not declared before."""
    driver_connection(session).execute(
        """
        INSERT INTO merchants.own_wallets (merchant_id, wallet_id, declared_at)
        SELECT %s, w.id, %s FROM unnest(%s::uuid[]) AS w (id) ON CONFLICT DO NOTHING
        """,
        [merchant_id, now, sorted(set(wallet_ids))],
    )


def find_payment_places(
    connection: psycopg.Connection[Any], serials: Collection[str], store_ids: Collection[UUID]
) -> tuple[dict[str, PosterState], dict[UUID, StoreForPayment]]:
    """Read posters, and what payments at their stores and at `store_ids` have to know, in one statement."""
    rows = connection.execute(PAYMENT_PLACES, [text_literal(serials), ids_literal(store_ids)], binary=True).fetchall()
    posters = {row[0]: PosterState(*row[:6]) for row in rows if row[0] is not None}
    return posters, {row[1]: _store_for_payment(*row[1:3], *row[6:]) for row in rows}


def _store_for_payment(*row: Any) -> StoreForPayment:
    store_id, code, name, owner_id, owner_code, size, status, own = row
    return StoreForPayment(store_id, code, name, owner_id, owner_code, _SIZES[size], _STATUSES[status], frozenset(own))


def find_posters_of(session: Session, store_id: UUID) -> list[PosterState]:
    """Read the posters of a store, newest first."""
    statement = FIND_POSTERS + "WHERE p.store_id = %s ORDER BY p.printed_at DESC, p.serial"
    rows = driver_connection(session).execute(statement, [store_id], binary=True)
    return [PosterState(*row) for row in rows]


def find_store_by_code(session: Session, store_code: str) -> StoreView | None:
    """Read a store by its code."""
    return next(iter(_stores(session, "WHERE s.code = %s", [store_code])), None)


def find_stores_of(session: Session, merchant_ids: Iterable[UUID]) -> list[StoreView]:
    """Read the stores of merchants, in the order of their codes."""
    return _stores(session, "WHERE m.id = ANY (%s::uuid[]) ORDER BY length(s.code), s.code", [list(merchant_ids)])


def find_open_stores(session: Session) -> list[StoreView]:
    """Read the stores of approved merchants, in the order of their codes."""
    return _stores(session, "WHERE m.status = 'approved' ORDER BY length(s.code), s.code", [])


def find_store_names(session: Session, store_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Read the display names of stores."""
    statement = "SELECT id, display_name FROM merchants.stores WHERE id = ANY (%s::uuid[])"
    return dict(driver_connection(session).execute(statement, [list(store_ids)], binary=True).fetchall())


def _stores(session: Session, condition: LiteralString, values: Sequence[Any]) -> list[StoreView]:
    rows = driver_connection(session).execute(FIND_STORES + condition, values, binary=True)
    return [StoreView(MerchantSize(size), MerchantStatus(status), *about) for size, status, *about in rows]


def find_merchants(session: Session, merchant_ids: Iterable[UUID]) -> list[MerchantView]:
    """Read merchants by id."""
    return _merchants(session, "WHERE id = ANY (%s::uuid[])", [list(merchant_ids)])


def find_merchants_with(
    session: Session, status: MerchantStatus | None, after_code: str, limit: int
) -> list[MerchantView]:
    """Read merchants of one status, or of all, that follow a code."""
    wanted = status.value if status else None
    condition: LiteralString = """
    WHERE (%s::text IS NULL OR status = %s) AND (length(code), code) > (length(%s), %s)
    ORDER BY length(code), code LIMIT %s
    """
    return _merchants(session, condition, [wanted, wanted, after_code, after_code, limit])


def count_merchants(session: Session) -> dict[MerchantStatus, int]:
    """Count merchants by status."""
    statement = "SELECT status, count(*) FROM merchants.merchants GROUP BY status"
    return {_STATUSES[row[0]]: row[1] for row in driver_connection(session).execute(statement)}


def _merchants(session: Session, condition: LiteralString, values: Sequence[Any]) -> list[MerchantView]:
    rows = driver_connection(session).execute(FIND_MERCHANTS + condition, values, binary=True)
    return [MerchantView(MerchantSize(size), MerchantStatus(status), *about) for size, status, *about in rows]
