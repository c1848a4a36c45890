"""The SQL of places and favourites."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from merchants.model import FoundShop, FoundShops, MerchantSize, Point, ShopKinds, ShopSearch, StorePlace

FOUND = """
SELECT s.id, s.code, s.display_name, coalesce(p.name_kana, ''), s.name_latin, s.district, m.trade, m.size,
       coalesce(p.address, ''), p.latitude::float8, p.longitude::float8,
       f.store_id IS NOT NULL, o.merchant_id IS NOT NULL, count(*) OVER ()
FROM merchants.stores AS s
JOIN merchants.merchants AS m ON m.id = s.merchant_id AND m.status = 'approved'
LEFT JOIN merchants.store_places AS p ON p.store_id = s.id
LEFT JOIN merchants.favourite_stores AS f ON f.store_id = s.id AND f.wallet_id = %(wallet_id)s
LEFT JOIN merchants.own_wallets AS o ON o.merchant_id = m.id AND o.wallet_id = %(wallet_id)s
"""
THAT_ARE_WANTED = """
WHERE (%(trade)s = '' OR m.trade = %(trade)s) AND (%(district)s = '' OR s.district = %(district)s)
  AND m.size = ANY (%(sizes)s::text[])
  AND (f.store_id IS NOT NULL OR NOT %(favourites_only)s) AND (o.merchant_id IS NULL OR NOT %(others_only)s)
  AND NOT EXISTS (
      SELECT FROM unnest(%(words)s::text[]) AS wanted (word) WHERE position(merchants.searchable(word) IN
          merchants.searchable(concat_ws(' ', s.display_name, p.name_kana, s.name_latin, s.district, m.trade,
                                         p.address))) = 0
  )
ORDER BY merchants.searchable(coalesce(nullif(p.name_kana, ''), s.display_name)), s.code
OFFSET %(offset)s LIMIT %(limit)s
"""
KINDS = """
SELECT array_agg(DISTINCT m.trade ORDER BY m.trade), array_agg(DISTINCT s.district ORDER BY s.district)
FROM merchants.stores AS s JOIN merchants.merchants AS m ON m.id = s.merchant_id AND m.status = 'approved'
"""


def save_places(session: Session, places: Sequence[StorePlace], now: datetime) -> None:
    """Write places down, each in the place of the one before it."""
    points = [place.point or (None, None) for place in places]
    driver_connection(session).execute(
        """
        INSERT INTO merchants.store_places (store_id, name_kana, address, latitude, longitude, placed_at)
        SELECT n.*, %s FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::numeric[]) AS n
        ON CONFLICT (store_id) DO UPDATE SET name_kana = excluded.name_kana, address = excluded.address,
            latitude = excluded.latitude, longitude = excluded.longitude, placed_at = excluded.placed_at
        """,
        [
            now,
            [place.store_id for place in places],
            [place.name_kana for place in places],
            [place.address for place in places],
            [latitude for latitude, _ in points],
            [longitude for _, longitude in points],
        ],
    )


def find_shops(session: Session, wanted: ShopSearch, wallet_id: UUID, offset: int, limit: int) -> FoundShops:
    """Read the open stores that somebody looks for, by reading; past the last one nothing is counted."""
    facts: dict[str, Any] = {
        "words": list(wanted.words),
        "trade": wanted.trade,
        "district": wanted.district,
        "sizes": sorted(wanted.sizes),
        "favourites_only": wanted.favourites_only,
        "others_only": wanted.others_only,
        "wallet_id": wallet_id,
        "offset": offset,
        "limit": limit,
    }
    rows = driver_connection(session).execute(FOUND + THAT_ARE_WANTED, facts).fetchall()
    return FoundShops(rows[0][-1] if rows else 0, [_shop(row) for row in rows])


def find_shop(session: Session, store_code: str, wallet_id: UUID) -> FoundShop | None:
    """Read an open store by its code."""
    facts = {"wallet_id": wallet_id, "store_code": store_code}
    row = driver_connection(session).execute(FOUND + "WHERE s.code = %(store_code)s", facts).fetchone()
    return _shop(row) if row else None


def find_kinds(session: Session) -> ShopKinds:
    """Read which trades and districts there are."""
    row = driver_connection(session).execute(KINDS).fetchone()
    trades, districts = row or (None, None)
    return ShopKinds(trades or [], districts or [])


def insert_favourite(session: Session, wallet_id: UUID, store_id: UUID, now: datetime) -> None:
    """Put a mark on a store, if there is none."""
    statement = "INSERT INTO merchants.favourite_stores VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    driver_connection(session).execute(statement, [wallet_id, store_id, now])


def delete_favourite(session: Session, wallet_id: UUID, store_id: UUID) -> None:
    """Take a mark off a store."""
    statement = "DELETE FROM merchants.favourite_stores WHERE wallet_id = %s AND store_id = %s"
    driver_connection(session).execute(statement, [wallet_id, store_id])


def _shop(row: tuple[Any, ...]) -> FoundShop:
    store_id, code, name, kana, latin, district, trade, size, address, latitude, longitude, *marks, _ = row
    point = Point(latitude, longitude) if latitude is not None else None
    return FoundShop(store_id, code, name, kana, latin, district, trade, MerchantSize(size), address, point, *marks)
