"""The documents that tell of shops: public facts, and what the resident's own vouchers and marks make of them."""

from typing import Literal

from pydantic import Field

from wallet_api.schemas import Document


class ShopAnswer(Document):
    """A store that takes payments now. Without a place in the city's list it has no address and no point."""

    store_code: str = Field(examples=["S001"])
    name: str = Field(examples=["松尾パン店"])
    name_kana: str = Field(examples=["マツオパンテン"])
    trade: str = Field(examples=["菓子"])
    district: str = Field(examples=["浜"])
    size: Literal["small", "large"]
    address: str
    latitude: float | None
    longitude: float | None
    usable_today: bool = Field(description="Whether the resident has value that this store takes today")
    is_favourite: bool


class ShopsAnswer(Document):
    """A page of what was found; `total` counts all of it."""

    total: int
    page: int
    pages: int
    shops: list[ShopAnswer]


class ShopPointAnswer(Document):
    """A store on the map."""

    store_code: str
    name: str
    district: str
    latitude: float
    longitude: float
    usable_today: bool
    is_favourite: bool


class ShopPointsAnswer(Document):
    """Every store on the map that was looked for; `unplaced` more are nowhere on it."""

    points: list[ShopPointAnswer]
    unplaced: int


class FavouriteBody(Document):
    """Whether a store is a favourite."""

    is_favourite: bool = Field(strict=True)
