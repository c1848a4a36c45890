"""Merchants apply in batches and get codes; nothing unusable comes in."""

import time
from dataclasses import replace
from typing import Any

import pytest

from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id, new_id
from kernel.refusals import Refusal
from merchants.model import (
    MerchantSize,
    MerchantStatus,
    MerchantView,
    NewMerchant,
    RegisteredMerchant,
    RegisteredStore,
    StoreView,
)
from merchants.operations.register_merchants import register_merchants
from merchants.queries import (
    bank_accounts,
    find_store_by_code,
    list_merchants,
    merchant_counts,
    merchant_view,
    merchants_by_ids,
    open_stores,
    store_names,
    stores_of,
)
from merchants.refusals import MerchantAlreadyRegistered, MerchantRecordInvalid, MerchantUnknown, StoreUnknown
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH

NOBODY = derived_id("merchant", "nobody")


def with_account(**changes: Any) -> NewMerchant:
    return replace(BAKERY, bank_account=replace(BAKERY.bank_account, **changes))


def with_store(**changes: Any) -> NewMerchant:
    return replace(BAKERY, stores=(replace(CORNER, **changes),))


def test_merchants_and_stores_get_codes_in_the_order_given(registered: list[RegisteredMerchant]) -> None:
    assert registered == [
        RegisteredMerchant(
            MARKET.merchant_id,
            "M0001",
            (RegisteredStore(NORTH.store_id, "S001"), RegisteredStore(SOUTH.store_id, "S002")),
        ),
        RegisteredMerchant(BAKERY.merchant_id, "M0002", (RegisteredStore(CORNER.store_id, "S003"),)),
    ]


def test_a_registered_merchant_has_applied_and_reads_back_as_given(
    database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    bakery = MerchantView(
        size=MerchantSize.SMALL,
        status=MerchantStatus.APPLIED,
        merchant_id=BAKERY.merchant_id,
        merchant_code="M0002",
        legal_name="松尾パン店　松尾一郎",
        legal_kana="マツオパンテン　マツオ　イチロウ",
        trade="パン・菓子",
        applied_at=clock.now(),
    )
    assert database.run(lambda session: merchant_view(session, BAKERY.merchant_id)) == bakery
    found = database.run(lambda session: merchants_by_ids(session, [BAKERY.merchant_id, NOBODY]))
    assert found == {BAKERY.merchant_id: bakery}


def test_a_store_is_found_by_its_code(database: Database, registered: list[RegisteredMerchant]) -> None:
    assert database.run(lambda session: find_store_by_code(session, "S003")) == StoreView(
        size=MerchantSize.SMALL,
        merchant_status=MerchantStatus.APPLIED,
        store_id=CORNER.store_id,
        store_code="S003",
        display_name="松尾パン店",
        name_latin="Matsuo Bakery",
        district="鹿島",
        postal_code="849-1311",
        merchant_id=BAKERY.merchant_id,
        merchant_code="M0002",
        trade="パン・菓子",
    )


def test_an_unknown_store_or_merchant_is_refused(database: Database) -> None:
    with pytest.raises(StoreUnknown) as no_store:
        database.run(lambda session: find_store_by_code(session, "S999"))
    assert no_store.value == StoreUnknown("S999")
    with pytest.raises(MerchantUnknown) as no_merchant:
        database.run(lambda session: merchant_view(session, NOBODY))
    assert no_merchant.value == MerchantUnknown(str(NOBODY))


def test_the_stores_of_merchants_come_in_the_order_of_their_codes(
    database: Database, registered: list[RegisteredMerchant]
) -> None:
    both = [BAKERY.merchant_id, MARKET.merchant_id]
    found = database.run(lambda session: stores_of(session, both))
    assert [store.store_code for store in found] == ["S001", "S002", "S003"]
    assert database.run(open_stores) == []


def test_stores_have_names_and_unknown_ones_are_left_out(
    database: Database, registered: list[RegisteredMerchant]
) -> None:
    wanted = {CORNER.store_id, NORTH.store_id, NOBODY}
    assert database.run(lambda session: store_names(session, wanted)) == {
        CORNER.store_id: "松尾パン店",
        NORTH.store_id: "まるかマーケット 北店",
    }


def test_bank_accounts_are_kept_as_given(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    wanted = [MARKET.merchant_id, BAKERY.merchant_id, NOBODY]
    found = staff_database.run(lambda session: bank_accounts(session, wanted, at=clock.now()))
    assert {merchant_id: in_force.account for merchant_id, in_force in found.items()} == {
        MARKET.merchant_id: MARKET.bank_account,
        BAKERY.merchant_id: BAKERY.bank_account,
    }


@pytest.mark.parametrize(
    ("application", "refusal"),
    [
        (replace(BAKERY, legal_name=" "), MerchantRecordInvalid(1, "legal_name")),
        (replace(BAKERY, legal_kana=""), MerchantRecordInvalid(1, "legal_kana")),
        (replace(BAKERY, trade="　"), MerchantRecordInvalid(1, "trade")),
        (with_account(bank_code="179"), MerchantRecordInvalid(1, "bank_code")),
        (with_account(branch_code="3O1"), MerchantRecordInvalid(1, "branch_code")),
        (with_account(account_number="１２３４５６７"), MerchantRecordInvalid(1, "account_number")),
        (with_account(holder_kana=""), MerchantRecordInvalid(1, "holder_kana")),
        (replace(BAKERY, stores=()), MerchantRecordInvalid(1, "stores")),
        (with_store(display_name="あ" * 26), MerchantRecordInvalid(1, "display_name")),
        (with_store(name_latin="Café"), MerchantRecordInvalid(1, "name_latin")),
        (with_store(name_latin="A" * 26), MerchantRecordInvalid(1, "name_latin")),
        (with_store(district=""), MerchantRecordInvalid(1, "district")),
        (with_store(postal_code="8491311"), MerchantRecordInvalid(1, "postal_code")),
        (replace(BAKERY, merchant_id=MARKET.merchant_id), MerchantAlreadyRegistered(str(MARKET.merchant_id))),
        (replace(BAKERY, stores=(NORTH,)), MerchantAlreadyRegistered(str(NORTH.store_id))),
    ],
)
def test_one_unusable_application_refuses_the_batch(
    staff_database: Database, clock: SetClock, application: NewMerchant, refusal: Refusal
) -> None:
    with pytest.raises(type(refusal)) as refused:
        staff_database.run(lambda session: register_merchants(session, [MARKET, application], now=clock.now()))
    assert refused.value == refusal
    assert staff_database.run(merchant_counts) == {}


def test_a_merchant_or_store_registered_before_refuses_the_batch(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    newcomer = replace(BAKERY, merchant_id=new_id(), stores=(replace(CORNER, store_id=new_id()),))
    known_store = replace(newcomer, stores=(CORNER,))
    for batch, known in (([newcomer, MARKET], MARKET.merchant_id), ([known_store], CORNER.store_id)):
        with pytest.raises(MerchantAlreadyRegistered) as refused, staff_database.transaction() as session:
            register_merchants(session, batch, now=clock.now())
        assert refused.value == MerchantAlreadyRegistered(str(known))
    assert staff_database.run(merchant_counts) == {MerchantStatus.APPLIED: 2}


def test_an_empty_batch_registers_nobody(staff_database: Database, clock: SetClock) -> None:
    assert staff_database.run(lambda session: register_merchants(session, [], now=clock.now())) == []


def test_lists_are_paged_by_code_also_when_codes_grow_longer(staff_database: Database, clock: SetClock) -> None:
    many = [replace(BAKERY, merchant_id=new_id(), stores=(replace(CORNER, store_id=new_id()),)) for _ in range(10_001)]
    began = time.perf_counter()
    staff_database.run(lambda session: register_merchants(session, many, now=clock.now()))
    assert time.perf_counter() - began < 5
    page = staff_database.run(lambda session: list_merchants(session, after_code="M9998", limit=2))
    assert [merchant.merchant_code for merchant in page] == ["M9999", "M10000"]
    rest = staff_database.run(lambda session: list_merchants(session, after_code="M10000"))
    assert [merchant.merchant_code for merchant in rest] == ["M10001"]
