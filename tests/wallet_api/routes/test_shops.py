"""Shops over the API: what everybody may know of them, and what is one resident's own."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kernel.db import Database
from ledger.model import UsableAt
from merchants.model import MerchantSize, Point, StorePlace
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.place_stores import place_stores
from tests.merchants.shops import BAKERY, CORNER, MARKET, SOUTH
from tests.wallet_api.world import NOW, PLANNED, World
from wallet_api.schemas import LotAnswer
from wallet_api.shop_finding import ShopQuery, usable_sizes

ISSUER = "https://city.example"
MakeDatabase = Callable[[str], Database]


@pytest.fixture
def staff(make_database: MakeDatabase) -> Database:
    return make_database("kashiman_staff")


@pytest.fixture(autouse=True)
def _placed(world: World, staff: Database) -> None:
    """The bakery and one of the two markets have places."""
    places = [
        StorePlace(
            store_id=CORNER.store_id, name_kana="マツオパンテン", address="鹿島市9001", point=Point(33.1, 130.1)
        ),
        StorePlace(store_id=SOUTH.store_id, name_kana="マルカマーケット", address="鹿島市9002"),
    ]
    staff.run(lambda session: place_stores(session, places, now=PLANNED))


def names(api: TestClient, **asked: Any) -> list[str]:
    answer = api.get("/shops", params=asked)
    assert answer.status_code == 200, answer.text
    return [shop["name"] for shop in answer.json()["shops"]]


def test_a_shop_tells_public_facts_and_whether_ones_value_is_taken_there(api: TestClient) -> None:
    assert api.get("/shops/S001").json() == {
        "store_code": "S001",
        "name": "松尾パン店",
        "name_kana": "マツオパンテン",
        "trade": "パン・菓子",
        "district": "鹿島",
        "size": "small",
        "address": "鹿島市9001",
        "latitude": 33.1,
        "longitude": 130.1,
        "usable_today": True,
        "is_favourite": False,
    }


def test_shops_are_found_by_words_and_kinds(api: TestClient) -> None:
    assert names(api) == [CORNER.display_name, SOUTH.display_name, MARKET.stores[0].display_name]
    assert names(api, words="まつお") == [CORNER.display_name]
    assert names(api, size="large", district="浜") == [SOUTH.display_name]
    assert names(api, trade="スーパー", words="北") == [MARKET.stores[0].display_name]
    assert names(api, page=2) == []
    assert api.get("/shops", params={"page": 2}).json()["total"] == 3
    assert api.get("/shops", params={"page": 0}).status_code == 422
    assert api.get("/shops", params={"size": "huge"}).status_code == 422


def test_a_favourite_is_kept_until_it_is_none_any_more(api: TestClient) -> None:
    for _ in range(2):
        assert api.post("/shops/S001/favourite", json={"is_favourite": True}).status_code == 204
    assert [shop["name"] for shop in api.get("/favourites").json()["shops"]] == [CORNER.display_name]
    assert names(api, favourites=True) == [CORNER.display_name]
    assert api.post("/shops/S001/favourite", json={"is_favourite": False}).status_code == 204
    assert api.get("/favourites").json() == {"total": 0, "page": 1, "pages": 0, "shops": []}


def test_a_shop_that_nobody_has_is_refused_by_name(api: TestClient) -> None:
    for answer in (api.get("/shops/S9"), api.post("/shops/S9/favourite", json={"is_favourite": True})):
        assert (answer.status_code, answer.json()["code"]) == (404, "store_unknown")


def test_the_map_has_what_has_a_point_and_counts_the_rest(api: TestClient) -> None:
    answer = api.get("/shop-points").json()
    assert [point["store_code"] for point in answer["points"]] == ["S001"]
    assert answer["unplaced"] == 2


def test_ones_own_shop_is_not_where_one_pays(api: TestClient, world: World, staff: Database) -> None:
    staff.run(lambda session: declare_own_wallets(session, BAKERY.merchant_id, [world.wallet_id], now=NOW))
    assert api.get("/shops/S001").json()["usable_today"] is False
    assert CORNER.display_name not in names(api, usable=True)


def test_nobody_finds_shops_without_signing_in(app: FastAPI) -> None:
    stranger = TestClient(app, base_url=f"{ISSUER}/api/v1/wallet")
    for path in ("/shops", "/shops/S001", "/favourites", "/shop-points"):
        assert stranger.get(path).status_code == 401


def lot(usable_at: UsableAt, *, left_yen: int = 1, usable_today: bool = True) -> LotAnswer:
    facts: dict[str, Any] = {"lot_id": CORNER.store_id, "campaign_id": CORNER.store_id, "issued_yen": 1}
    days = {"first_day": "2026-11-01", "last_day": "2026-11-30"}
    return LotAnswer.model_validate(
        facts | days | {"usable_at": usable_at, "left_yen": left_yen, "usable_today": usable_today}
    )


def test_what_is_left_today_says_which_shops_take_it() -> None:
    assert usable_sizes([]) == frozenset()
    assert usable_sizes([lot(UsableAt.SMALL_SHOPS)]) == {MerchantSize.SMALL}
    assert usable_sizes([lot(UsableAt.SMALL_SHOPS), lot(UsableAt.ALL_SHOPS)]) == set(MerchantSize)
    assert usable_sizes([lot(UsableAt.ALL_SHOPS, left_yen=0), lot(UsableAt.ALL_SHOPS, usable_today=False)]) == set()


def test_an_address_says_only_what_is_not_as_usual() -> None:
    asked = ShopQuery(words="松 尾", usable=True, page=2)
    assert asked.written() == "words=%E6%9D%BE+%E5%B0%BE&usable=true&page=2"
    assert asked.written(page=1, words="") == "usable=true"
    assert not ShopQuery(words="x", page=3).narrows
    assert asked.narrows
