"""Looking for stores, and marking those that one likes."""

from collections.abc import Callable
from uuid import UUID

import pytest
from psycopg import errors
from sqlmodel import Session

from identity.operations.import_residents import import_residents
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id, new_id
from merchants.model import (
    FoundShop,
    MerchantSize,
    Point,
    RegisteredMerchant,
    ShopSearch,
    StorePlace,
)
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.mark_favourite import mark_favourite
from merchants.operations.place_stores import place_stores
from merchants.operations.suspend_merchant import suspend_merchant
from merchants.queries import search_shops, shop_by_code, shop_kinds
from merchants.refusals import StoreUnknown
from tests.identity.people import TARO
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH

WALLET, OTHER_WALLET = derived_id("wallet", "one"), derived_id("wallet", "other")
HAMA = Point(33.088, 130.119)
PLACES = [
    StorePlace(store_id=NORTH.store_id, name_kana="マルカマーケットキタテン", address="佐賀県鹿島市大字森9001番地1"),
    StorePlace(
        store_id=SOUTH.store_id,
        name_kana="マルカマーケットハマテン",
        address="佐賀県鹿島市大字浜町9002番地2",
        point=HAMA,
    ),
]
MakeDatabase = Callable[[str], Database]


@pytest.fixture
def pay(make_database: MakeDatabase) -> Database:
    return make_database("kashiman_pay")


@pytest.fixture(autouse=True)
def _placed(staff_database: Database, approved: list[RegisteredMerchant], clock: SetClock) -> None:
    """The two markets have places; of the bakery nobody knows one."""
    staff_database.run(lambda session: place_stores(session, PLACES, now=clock.now()))


def names(database: Database, wanted: ShopSearch, wallet_id: UUID = WALLET) -> list[str]:
    found = database.run(lambda session: search_shops(session, wanted, wallet_id, limit=50))
    assert found.total == len(found.shops)
    return [shop.display_name for shop in found.shops]


def shop(database: Database, code: str = "S003", wallet_id: UUID = WALLET) -> FoundShop:
    return database.run(lambda session: shop_by_code(session, code, wallet_id))


def mark(database: Database, code: str, clock: SetClock, *, is_favourite: bool = True) -> None:
    now = clock.now()
    database.run(lambda session: mark_favourite(session, WALLET, code, is_favourite=is_favourite, now=now))


def test_stores_come_in_the_order_of_their_readings_and_in_parts(pay: Database) -> None:
    assert names(pay, ShopSearch()) == [NORTH.display_name, SOUTH.display_name, CORNER.display_name]
    part = pay.run(lambda session: search_shops(session, ShopSearch(), WALLET, offset=1, limit=1))
    assert (part.total, [found.display_name for found in part.shops]) == (3, [SOUTH.display_name])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("まるか", [NORTH, SOUTH]),
        ("マルカ", [NORTH, SOUTH]),
        ("ﾏﾙｶ", [NORTH, SOUTH]),
        ("はまてん", [SOUTH]),
        ("MARUKA　浜", [SOUTH]),
        ("パン", [CORNER]),
        ("ぱん", [CORNER]),
        ("浜町", [SOUTH]),
        ("%", []),
        ("まるか パン", []),
    ],
)
def test_every_word_is_looked_for_however_it_is_spelled(pay: Database, typed: str, found: list[FoundShop]) -> None:
    assert names(pay, ShopSearch(words=tuple(typed.split()))) == [store.display_name for store in found]


def test_trade_district_and_size_leave_out_the_others(pay: Database) -> None:
    assert names(pay, ShopSearch(trade="パン・菓子")) == [CORNER.display_name]
    assert names(pay, ShopSearch(district="浜")) == [SOUTH.display_name]
    assert names(pay, ShopSearch(sizes=frozenset({MerchantSize.SMALL}))) == [CORNER.display_name]
    assert names(pay, ShopSearch(sizes=frozenset())) == []
    assert pay.run(shop_kinds) == (["スーパー", "パン・菓子"], ["北鹿島", "浜", "鹿島"])


def test_a_place_takes_the_place_of_the_one_before(staff_database: Database, pay: Database, clock: SetClock) -> None:
    assert (shop(pay, "S002").point, shop(pay, "S002").address) == (HAMA, PLACES[1].address)
    moved = StorePlace(store_id=SOUTH.store_id, name_kana="マルカ", address="")
    staff_database.run(lambda session: place_stores(session, [moved], now=clock.now()))
    assert (shop(pay, "S002").point, shop(pay, "S002").address, shop(pay, "S002").name_kana) == (None, "", "マルカ")


def test_nothing_is_placed_when_one_store_is_unknown(staff_database: Database, pay: Database, clock: SetClock) -> None:
    unknown = StorePlace(store_id=new_id(), name_kana="", address="")
    moved = StorePlace(store_id=CORNER.store_id, name_kana="マツオパンテン", address="")
    with pytest.raises(StoreUnknown):
        staff_database.run(lambda session: place_stores(session, [moved, unknown], now=clock.now()))
    assert shop(pay).name_kana == ""


def test_a_favourite_is_one_wallets_alone(pay: Database, clock: SetClock) -> None:
    for _ in range(2):
        mark(pay, "S003", clock)
    assert shop(pay).is_favourite
    assert not shop(pay, wallet_id=OTHER_WALLET).is_favourite
    assert names(pay, ShopSearch(favourites_only=True)) == [CORNER.display_name]
    assert names(pay, ShopSearch(favourites_only=True), OTHER_WALLET) == []
    for _ in range(2):
        mark(pay, "S003", clock, is_favourite=False)
    assert names(pay, ShopSearch(favourites_only=True)) == []


def test_ones_own_shop_is_told(staff_database: Database, pay: Database, clock: SetClock) -> None:
    now = clock.now()
    staff_database.run(lambda session: declare_own_wallets(session, BAKERY.merchant_id, [WALLET], now=now))
    assert shop(pay).is_own
    assert not shop(pay, wallet_id=OTHER_WALLET).is_own


def test_a_shop_that_takes_no_payments_is_not_there(
    staff_database: Database, pay: Database, clerk: UUID, clock: SetClock
) -> None:
    now, merchant_id = clock.now(), MARKET.merchant_id
    staff_database.run(lambda session: suspend_merchant(session, merchant_id, by=clerk, now=now, reason="移転"))
    assert names(pay, ShopSearch()) == [CORNER.display_name]
    with pytest.raises(StoreUnknown):
        shop(pay, "S001")
    with pytest.raises(StoreUnknown):
        mark(pay, "S001", clock)
    assert pay.run(shop_kinds).districts == ["鹿島"]


@pytest.mark.parametrize("role", ["kashiman_staff", "kashiman_worker", "kashiman_apply", "kashiman_auditor"])
def test_nobody_else_reads_who_likes_what(make_database: MakeDatabase, role: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        make_database(role).run(lambda session: rows(session, "SELECT * FROM merchants.favourite_stores"))


def test_residents_place_nothing(pay: Database) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        pay.run(lambda session: rows(session, "UPDATE merchants.store_places SET address = ''"))


def test_with_the_person_go_the_marks(staff_database: Database, pay: Database, clock: SetClock) -> None:
    now = clock.now()
    (taro,) = staff_database.run(lambda session: import_residents(session, [TARO], now=now))
    pay.run(lambda session: mark_favourite(session, taro.wallet_id, "S003", is_favourite=True, now=now))
    assert shop(pay, wallet_id=taro.wallet_id).is_favourite

    staff_database.run(lambda session: rows(session, "SELECT identity.erase_person(%s, %s)", taro.person_id, now))

    assert not shop(pay, wallet_id=taro.wallet_id).is_favourite


def rows(session: Session, statement: str, *values: object) -> list[tuple[object, ...]]:
    cursor = driver_connection(session).execute(statement, values or None)
    return cursor.fetchall() if cursor.description else []
