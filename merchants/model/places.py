"""Where stores are, and looking for one."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from merchants.model.shops import MerchantSize


class Point(NamedTuple):
    """A point on earth in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlace:
    """How a store's name is read, in katakana, and where it is; without a point it stands on no map."""

    store_id: UUID
    name_kana: str
    address: str
    point: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSearch:
    """Which stores somebody looks for: whatever is empty leaves none out.

    Each of `words` is part of the name, its reading, the trade, the district or the address.
    `others_only` leaves out the shops that belong to whoever looks.
    """

    words: tuple[str, ...] = ()
    trade: str = ""
    district: str = ""
    sizes: frozenset[MerchantSize] = frozenset(MerchantSize)
    favourites_only: bool = False
    others_only: bool = False


@dataclass(frozen=True, slots=True)
class FoundShop:
    """A store as everybody may know it, and what one wallet has to do with it."""

    store_id: UUID
    store_code: str
    display_name: str
    name_kana: str
    name_latin: str
    district: str
    trade: str
    size: MerchantSize
    address: str
    point: Point | None
    is_favourite: bool
    is_own: bool


class FoundShops(NamedTuple):
    """A part of what was found, by reading; `total` counts all of it."""

    total: int
    shops: list[FoundShop]


class ShopKinds(NamedTuple):
    """The trades and districts that there are stores of."""

    trades: list[str]
    districts: list[str]
