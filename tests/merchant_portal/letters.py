"""The letters with which people of the tests sign in."""

from typing import Any

from identity.model import Holder, HolderKind, ShopRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from tests.identity.people import TARO
from tests.merchant_portal.world import NOON, PEPPER, World
from tests.merchants.shops import MARKET, NORTH


def code_of_cashier(world: World) -> str:
    def issue(session: Any) -> str:
        user_id = add_shop_user(
            session,
            merchant_id=MARKET.merchant_id,
            display_name="北店レジ",
            role=ShopRole.CASHIER,
            store_id=NORTH.store_id,
        )
        return issue_sign_in_codes(session, [Holder(HolderKind.SHOP, user_id)], pepper=PEPPER, now=NOON)[0].text

    return str(world.staff.run(issue))


def code_of_resident(world: World) -> str:
    def issue(session: Any) -> str:
        import_residents(session, [TARO], now=NOON)
        holder = Holder(HolderKind.RESIDENT, TARO.person_id)
        return issue_sign_in_codes(session, [holder], pepper=PEPPER, now=NOON)[0].text

    return str(world.staff.run(issue))
