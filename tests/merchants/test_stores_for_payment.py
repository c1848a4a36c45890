"""What a payment knows of a store, and the wallets a merchant is not paid from."""

from uuid import UUID

import pytest

from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id
from merchants.model import MerchantSize, MerchantStatus, RegisteredMerchant, StoreForPayment
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.suspend_merchant import suspend_merchant
from merchants.queries import stores_for_payment
from merchants.refusals import MerchantNotApproved, MerchantSuspended, MerchantUnknown, StoreUnknown
from merchants.rules.standing import demand_open_store
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH

OWNER, WIFE, CLERK = (derived_id("wallet", name) for name in ("owner", "wife", "clerk"))
NOWHERE = derived_id("store", "nowhere")


def known(database: Database, *store_ids: UUID) -> dict[UUID, StoreForPayment]:
    return database.run(lambda session: stores_for_payment(session, store_ids))


def declare(database: Database, merchant_id: UUID, wallets: list[UUID], clock: SetClock) -> None:
    database.run(lambda session: declare_own_wallets(session, merchant_id, wallets, now=clock.now()))


def test_an_approved_store_is_open_and_an_unknown_one_is_left_out(
    database: Database, staff_database: Database, approved: list[RegisteredMerchant], clock: SetClock
) -> None:
    declare(staff_database, BAKERY.merchant_id, [OWNER, WIFE], clock)
    found = known(database, CORNER.store_id, NOWHERE, NORTH.store_id)
    assert found == {
        CORNER.store_id: StoreForPayment(
            store_id=CORNER.store_id,
            store_code="S003",
            display_name="松尾パン店",
            merchant_id=BAKERY.merchant_id,
            merchant_code="M0002",
            size=MerchantSize.SMALL,
            merchant_status=MerchantStatus.APPROVED,
            own_wallets=frozenset({OWNER, WIFE}),
        ),
        NORTH.store_id: StoreForPayment(
            store_id=NORTH.store_id,
            store_code="S001",
            display_name="まるかマーケット 北店",
            merchant_id=MARKET.merchant_id,
            merchant_code="M0001",
            size=MerchantSize.LARGE,
            merchant_status=MerchantStatus.APPROVED,
            own_wallets=frozenset(),
        ),
    }
    assert all(store.is_open_for_payment for store in found.values())


def test_nothing_asked_is_nothing_found(database: Database) -> None:
    assert known(database) == {}


def test_the_driver_connection_answers_the_same(database: Database, approved: list[RegisteredMerchant]) -> None:
    direct = database.run(lambda session: stores_for_payment(driver_connection(session), [CORNER.store_id]))
    assert direct == known(database, CORNER.store_id)
    assert list(direct) == [CORNER.store_id]


def test_a_store_of_a_merchant_that_only_applied_is_refused(
    database: Database, registered: list[RegisteredMerchant]
) -> None:
    found = known(database, CORNER.store_id)
    assert not found[CORNER.store_id].is_open_for_payment
    with pytest.raises(MerchantNotApproved) as refused:
        demand_open_store(CORNER.store_id, found)
    assert refused.value == MerchantNotApproved(str(BAKERY.merchant_id))


def test_a_store_of_a_suspended_merchant_is_refused_and_others_are_not(
    database: Database,
    staff_database: Database,
    approved: list[RegisteredMerchant],
    clerk: UUID,
    clock: SetClock,
) -> None:
    staff_database.run(
        lambda session: suspend_merchant(session, BAKERY.merchant_id, by=clerk, reason="苦情", now=clock.now())
    )
    found = known(database, CORNER.store_id, NORTH.store_id)
    assert not found[CORNER.store_id].is_open_for_payment
    with pytest.raises(MerchantSuspended) as refused:
        demand_open_store(CORNER.store_id, found)
    assert refused.value == MerchantSuspended(str(BAKERY.merchant_id))
    assert demand_open_store(NORTH.store_id, found) == found[NORTH.store_id]


def test_an_unknown_store_is_refused() -> None:
    with pytest.raises(StoreUnknown) as refused:
        demand_open_store(NOWHERE, {})
    assert refused.value == StoreUnknown(str(NOWHERE))


def test_wallets_add_up_and_one_declared_twice_counts_once(
    staff_database: Database, approved: list[RegisteredMerchant], clock: SetClock
) -> None:
    declare(staff_database, BAKERY.merchant_id, [OWNER, OWNER], clock)
    declare(staff_database, BAKERY.merchant_id, [OWNER, CLERK], clock)
    declare(staff_database, BAKERY.merchant_id, [], clock)
    assert known(staff_database, CORNER.store_id)[CORNER.store_id].own_wallets == frozenset({OWNER, CLERK})
    assert known(staff_database, NORTH.store_id)[NORTH.store_id].own_wallets == frozenset()


def test_wallets_of_an_unknown_merchant_are_refused(staff_database: Database, clock: SetClock) -> None:
    nobody = derived_id("merchant", "nobody")
    with pytest.raises(MerchantUnknown) as refused:
        declare(staff_database, nobody, [OWNER], clock)
    assert refused.value == MerchantUnknown(str(nobody))
    count = "SELECT count(*) FROM merchants.own_wallets"
    stored = staff_database.run(lambda session: driver_connection(session).execute(count).fetchone())
    assert stored == (0,)
