"""Members of staff and shop users are added one by one."""

from uuid import UUID

import pytest

from identity.model import ShopRole, ShopUser, StaffMember, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.queries import all_staff, shop_users_of
from identity.refusals import DisplayNameMissing, PersonUnknown, StaffRoleMissing
from kernel.db import Database
from kernel.ids import derived_id

MERCHANT_ID = derived_id("merchant", "M0001")


def test_staff_are_listed_by_name_with_their_roles(staff_database: Database) -> None:
    roles = [StaffRole.HELP, StaffRole.ADMIN, StaffRole.HELP]
    second = staff_database.run(lambda session: add_staff(session, display_name=" B ", roles=roles))
    first = staff_database.run(lambda session: add_staff(session, display_name="A", roles=[StaffRole.COMMERCE]))
    assert staff_database.run(all_staff) == [
        StaffMember(first, "A", frozenset({StaffRole.COMMERCE})),
        StaffMember(second, "B", frozenset({StaffRole.HELP, StaffRole.ADMIN})),
    ]


def test_staff_without_a_name_or_a_role_are_refused(staff_database: Database) -> None:
    with pytest.raises(DisplayNameMissing):
        staff_database.run(lambda session: add_staff(session, display_name="　", roles=[]))
    with pytest.raises(StaffRoleMissing):
        staff_database.run(lambda session: add_staff(session, display_name="A", roles=[]))
    assert staff_database.run(all_staff) == []


def test_shop_users_are_listed_by_merchant(staff_database: Database, taro: UUID) -> None:
    store_id = derived_id("store", "S001")
    owner = staff_database.run(
        lambda session: add_shop_user(
            session, merchant_id=MERCHANT_ID, display_name="A", role=ShopRole.OWNER, person_id=taro
        )
    )
    cashier = staff_database.run(
        lambda session: add_shop_user(
            session, merchant_id=MERCHANT_ID, display_name="B", role=ShopRole.CASHIER, store_id=store_id
        )
    )
    other = derived_id("merchant", "M0002")
    staff_database.run(lambda session: add_shop_user(session, merchant_id=other, display_name="C", role=ShopRole.OWNER))
    assert staff_database.run(lambda session: shop_users_of(session, MERCHANT_ID)) == [
        ShopUser(owner, MERCHANT_ID, None, "A", ShopRole.OWNER, taro),
        ShopUser(cashier, MERCHANT_ID, store_id, "B", ShopRole.CASHIER, None),
    ]


def test_a_shop_user_without_a_name_or_of_nobody_is_refused(staff_database: Database) -> None:
    nobody = derived_id("person", "nobody")
    with pytest.raises(DisplayNameMissing):
        staff_database.run(
            lambda session: add_shop_user(session, merchant_id=MERCHANT_ID, display_name="", role=ShopRole.OWNER)
        )
    with pytest.raises(PersonUnknown) as refused:
        staff_database.run(
            lambda session: add_shop_user(
                session, merchant_id=MERCHANT_ID, display_name="A", role=ShopRole.OWNER, person_id=nobody
            )
        )
    assert refused.value == PersonUnknown(str(nobody))
    assert staff_database.run(lambda session: shop_users_of(session, MERCHANT_ID)) == []
