"""Looking for shops: what is asked for stands in the address, so that a list can be kept and come back to."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from kernel.db import Session
from ledger.model import UsableAt
from merchants.model import FoundShop, MerchantSize, ShopSearch
from merchants.queries import search_shops
from wallet_api.schemas import LotAnswer
from wallet_api.viewer import ResidentViewer

SHOPS_PER_PAGE = 20
ON_THE_MAP_MAX = 5_000
WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class ShopQuery:
    """What a resident looks for, as the address has it."""

    words: str = ""
    trade: str = ""
    district: str = ""
    size: str = ""
    usable: bool = False
    favourites: bool = False
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether anything is left out beside what the words leave out."""
        return replace(self, words="", page=1) != ShopQuery()

    def written(self, **changes: Any) -> str:
        """The query of an address for the same, or with changes; what is as usual is not written."""
        changed, usual = asdict(replace(self, **changes)), asdict(ShopQuery())
        said = {name: value for name, value in changed.items() if value != usual[name]}
        return urlencode({name: "true" if value is True else value for name, value in said.items()})

    def search(self, usable_sizes: frozenset[MerchantSize]) -> ShopSearch:
        """The same for the list of shops."""
        sizes = frozenset(MerchantSize) if not self.size else frozenset({MerchantSize(self.size)})
        return ShopSearch(
            words=tuple(self.words.split()[:WORDS_MAX]),
            trade=self.trade,
            district=self.district,
            sizes=sizes & usable_sizes if self.usable else sizes,
            favourites_only=self.favourites,
            others_only=self.usable,
        )


async def shop_query(
    words: Annotated[str, Query(max_length=60, description="Parts of a name, a reading, a trade or a place")] = "",
    trade: Annotated[str, Query(max_length=40)] = "",
    district: Annotated[str, Query(max_length=40)] = "",
    size: Annotated[Literal["", "small", "large"], Query(description="Small shops, or large ones")] = "",
    usable: Annotated[bool, Query(description="Only where the resident's value can be used today")] = False,
    favourites: bool = False,
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> ShopQuery:
    """What the address asks for."""
    return ShopQuery(words.strip(), trade, district, size, usable, favourites, page)


AskedShops = Annotated[ShopQuery, Depends(shop_query)]


@dataclass(frozen=True, slots=True)
class SeenShop:
    """A shop, and whether the resident has value that it takes today."""

    shop: FoundShop
    usable_today: bool


@dataclass(frozen=True, slots=True)
class ShopPage:
    """A page of the list; `total` counts all that was found."""

    total: int
    pages: int
    shops: list[SeenShop]


def usable_sizes(lots: Iterable[LotAnswer]) -> frozenset[MerchantSize]:
    """The shops, by size, that take some of this value today."""
    kinds = {lot.usable_at for lot in lots if lot.usable_today and lot.left_yen > 0}
    if UsableAt.ALL_SHOPS in kinds:
        return frozenset(MerchantSize)
    return frozenset({MerchantSize.SMALL}) if UsableAt.SMALL_SHOPS in kinds else frozenset()


def find_page(session: Session, asked: ShopQuery, viewer: ResidentViewer, lots: Sequence[LotAnswer]) -> ShopPage:
    """A page of what was asked for; a page after the last one is empty."""
    sizes, first = usable_sizes(lots), (asked.page - 1) * SHOPS_PER_PAGE
    wanted = asked.search(sizes)
    found = search_shops(session, wanted, viewer.wallet_id, offset=first, limit=SHOPS_PER_PAGE)
    total = found.total or (search_shops(session, wanted, viewer.wallet_id, limit=1).total if first else 0)
    return ShopPage(total, -(-total // SHOPS_PER_PAGE), [seen(shop, sizes) for shop in found.shops])


def find_on_map(
    session: Session, asked: ShopQuery, viewer: ResidentViewer, lots: Sequence[LotAnswer]
) -> list[SeenShop]:
    """Everything that was asked for, for the map."""
    sizes = usable_sizes(lots)
    found = search_shops(session, asked.search(sizes), viewer.wallet_id, limit=ON_THE_MAP_MAX)
    return [seen(shop, sizes) for shop in found.shops]


def seen(shop: FoundShop, sizes: frozenset[MerchantSize]) -> SeenShop:
    """A shop as the owner of this value sees it; nobody pays at a shop of their own."""
    return SeenShop(shop, shop.size in sizes and not shop.is_own)
