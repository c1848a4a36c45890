"""Tills: which device belongs to a store, and where cashiers come in."""

import hashlib
from collections.abc import Callable
from uuid import UUID

import pytest

from identity.doors.model import BoundDevice, TillDevice
from identity.doors.operations.bind_device import bind_device
from identity.doors.operations.demand_bound_device import demand_bound_device
from identity.doors.operations.unbind_device import unbind_device
from identity.doors.queries import till_device_of, till_devices_of
from identity.doors.refusals import DoorNotFound, LabelUnusable, ShopOwnerNeeded, SignInNotRecent, TillNotBound
from identity.doors.rules.tills import is_held
from identity.model import Acr, Holder, ProvenSignIn, ShopRole
from identity.refusals import HolderUnknown
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id, new_id
from kernel.refusals import Busy, Refusal
from tests.identity.doors.visits import MERCHANT, OTHER_STORE, STORE, came, rows

Employ = Callable[..., Holder]
OTHER_MERCHANT = derived_id("merchant", "M2")


class Shop:
    """Bind, release and come in at one database; what is refused comes back as the answer."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database, self.clock = database, clock

    def bind(
        self, signed_in: ProvenSignIn, store: UUID = STORE, label: str = "レジ1", secret: str | None = None
    ) -> BoundDevice | Refusal:
        try:
            return self.database.run(
                lambda session: bind_device(
                    session,
                    signed_in=signed_in,
                    merchant_id=MERCHANT,
                    store_id=store,
                    label=label,
                    device_secret=secret,
                    now=self.clock.now(),
                )
            )
        except Refusal as refusal:
            return refusal

    def bound(self, owner: Holder, store: UUID = STORE) -> BoundDevice:
        device = self.bind(came(owner, Acr.PASSKEY, self.clock), store)
        assert isinstance(device, BoundDevice)
        return device

    def release(self, device_id: UUID, signed_in: ProvenSignIn) -> Refusal | None:
        try:
            self.database.run(
                lambda session: unbind_device(session, device_id, signed_in=signed_in, now=self.clock.now())
            )
        except Refusal as refusal:
            return refusal
        return None

    def comes_in(self, user: Holder, secret: str | None) -> bool:
        try:
            self.database.run(lambda session: demand_bound_device(session, shop_user_id=user.id, device_secret=secret))
        except TillNotBound:
            return False
        return True


@pytest.fixture
def shop(database: Database, clock: SetClock) -> Shop:
    return Shop(database, clock)


@pytest.fixture
def owner(employ: Employ) -> Holder:
    return employ(ShopRole.OWNER, None)


@pytest.fixture
def cashier(employ: Employ) -> Holder:
    return employ(ShopRole.CASHIER)


def test_from_its_first_till_on_a_store_takes_cashiers_at_its_tills_only(
    shop: Shop, owner: Holder, cashier: Holder, employ: Employ
) -> None:
    assert shop.comes_in(cashier, None)
    till = shop.bound(owner)
    assert [shop.comes_in(cashier, secret) for secret in (till.secret, None, "", "another")] == [
        *(True, False, False, False)
    ]
    assert shop.comes_in(employ(ShopRole.CASHIER, OTHER_STORE), None)
    assert shop.comes_in(owner, None)


def test_the_till_of_one_store_is_none_of_another(shop: Shop, owner: Holder, cashier: Holder, employ: Employ) -> None:
    here, there = shop.bound(owner), shop.bound(owner, OTHER_STORE)
    assert not shop.comes_in(cashier, there.secret)
    anywhere = employ(ShopRole.CASHIER, None)
    assert [shop.comes_in(anywhere, secret) for secret in (here.secret, there.secret, None)] == [True, True, False]
    elsewhere = employ(ShopRole.CASHIER, None, OTHER_MERCHANT)
    assert shop.comes_in(elsewhere, None)


def test_asvs_6_5_6_a_released_till_is_none_and_without_a_till_cashiers_come_in_anywhere(
    shop: Shop, owner: Holder, cashier: Holder, clock: SetClock
) -> None:
    lost, kept = shop.bound(owner), shop.bound(owner)
    by_owner = came(owner, Acr.PASSKEY, clock)
    assert shop.release(lost.device_id, by_owner) is None
    assert [shop.comes_in(cashier, secret) for secret in (lost.secret, kept.secret)] == [False, True]
    assert shop.release(lost.device_id, by_owner) == DoorNotFound()
    assert shop.release(kept.device_id, by_owner) is None
    assert shop.comes_in(cashier, None)


def test_asvs_8_2_2_only_an_owner_of_the_store_binds_and_releases(
    shop: Shop, owner: Holder, cashier: Holder, employ: Employ, resident: Holder, clock: SetClock, database: Database
) -> None:
    till = shop.bound(owner)
    stored = rows(database, "SELECT * FROM identity.till_devices")
    strangers = [cashier, employ(ShopRole.OWNER, None, OTHER_MERCHANT), employ(ShopRole.OWNER, OTHER_STORE), resident]
    for stranger in strangers:
        assert shop.bind(came(stranger, Acr.PASSKEY, clock)) == ShopOwnerNeeded()
        assert shop.release(till.device_id, came(stranger, Acr.PASSKEY, clock)) == ShopOwnerNeeded()
    late = came(owner, Acr.PASSKEY, clock, seconds_ago=301)
    assert shop.bind(late) == shop.release(till.device_id, late) == SignInNotRecent(300)
    assert shop.bind(came(owner, Acr.PASSKEY, clock), label=" ") == LabelUnusable(40)
    assert rows(database, "SELECT * FROM identity.till_devices") == stored


def test_an_owner_of_one_store_binds_its_tills(shop: Shop, employ: Employ, clock: SetClock) -> None:
    assert isinstance(shop.bind(came(employ(ShopRole.OWNER, STORE), Acr.PASSKEY, clock)), BoundDevice)


def test_the_owner_sees_the_tills_and_of_a_secret_only_the_digest_is_kept(
    shop: Shop, owner: Holder, clock: SetClock, database: Database
) -> None:
    till = shop.bound(owner)
    assert database.run(lambda session: till_devices_of(session, MERCHANT)) == [
        TillDevice(till.device_id, MERCHANT, STORE, "レジ1", owner.id, clock.now())
    ]
    assert len(till.secret) == 43
    assert rows(database, "SELECT secret_digest FROM identity.till_devices") == [
        (hashlib.sha256(till.secret.encode()).digest(),)
    ]


def test_a_shop_user_who_does_not_exist_comes_in_nowhere(database: Database) -> None:
    stranger = new_id()
    with pytest.raises(HolderUnknown) as refused:
        database.run(lambda session: demand_bound_device(session, shop_user_id=stranger, device_secret=None))
    assert refused.value == HolderUnknown("shop", str(stranger))


def test_a_device_that_is_bound_again_is_its_new_till_alone(shop: Shop, owner: Holder, clock: SetClock) -> None:
    first = shop.bound(owner)
    second = shop.bind(came(owner, Acr.PASSKEY, clock), OTHER_STORE, "レジ2", first.secret)
    assert isinstance(second, BoundDevice)
    tills = shop.database.run(lambda session: till_devices_of(session, MERCHANT))
    assert [(till.device_id, till.store_id, till.label) for till in tills] == [(second.device_id, OTHER_STORE, "レジ2")]


def test_binding_a_device_takes_no_till_from_those_who_did_not_let_it_go(
    shop: Shop, owner: Holder, employ: Employ, clock: SetClock
) -> None:
    theirs = shop.bound(owner)
    of_other_store = came(employ(ShopRole.OWNER, OTHER_STORE), Acr.PASSKEY, clock)
    assert isinstance(shop.bind(of_other_store, OTHER_STORE, secret=theirs.secret), BoundDevice)
    assert isinstance(shop.bind(of_other_store, OTHER_STORE, secret="forged"), BoundDevice)
    tills = shop.database.run(lambda session: till_devices_of(session, MERCHANT))
    assert (len(tills), theirs.device_id in {till.device_id for till in tills}) == (3, True)


def test_a_secret_stands_for_its_till_until_that_is_released(shop: Shop, owner: Holder, clock: SetClock) -> None:
    till = shop.bound(owner)

    def found(secret: str | None) -> UUID | None:
        device = shop.database.run(lambda session: till_device_of(session, secret))
        return device.device_id if device else None

    assert [found(secret) for secret in (till.secret, "forged", "", None)] == [till.device_id, None, None, None]
    shop.release(till.device_id, came(owner, Acr.PASSKEY, clock))
    assert found(till.secret) is None


def test_the_tills_of_a_merchant_change_one_after_the_other(
    shop: Shop, owner: Holder, database: Database, clock: SetClock
) -> None:
    """Of two who release the last two tills at the same time, one must see that no till is left."""
    here, there = shop.bound(owner), shop.bound(owner)
    by_owner = came(owner, Acr.PASSKEY, clock)
    impatient = Shop(Database(database.url, role=database.role, lock_timeout_ms=50), clock)
    with database.transaction() as session:
        unbind_device(session, here.device_id, signed_in=by_owner, now=clock.now())
        with pytest.raises(Busy):
            impatient.release(there.device_id, by_owner)
        with pytest.raises(Busy):
            impatient.bind(by_owner, secret=there.secret)
    assert impatient.release(there.device_id, by_owner) is None
    impatient.database.close()


@pytest.mark.parametrize(
    ("store", "tills", "held"),
    [
        (STORE, [STORE], True),
        (STORE, [OTHER_STORE], False),
        (STORE, [], False),
        (None, [OTHER_STORE], True),
        (None, [], False),
    ],
)
def test_a_cashier_is_held_to_the_tills_of_where_they_act(
    store: UUID | None, tills: list[UUID], held: bool, clock: SetClock
) -> None:
    at = [TillDevice(new_id(), MERCHANT, each, "レジ", new_id(), clock.now()) for each in tills]
    assert is_held(store, at) is held
