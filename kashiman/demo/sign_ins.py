"""Sign-in codes of many residents and tills of the invented city, for whoever wants to press it with load."""

import json
import os
from collections.abc import Collection
from pathlib import Path

from identity.model import Holder, HolderKind
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kashiman.demo.calendar import STORY_ENDS_AT
from kashiman.demo.story.world import Shop, World
from kashiman.keys import KEY_ID
from ledger.model import ShopSize
from payments.codes.merchant_code import MerchantCode, write_merchant_code

SIGN_INS_FILE = "demo-sign-ins.json"
RESIDENTS_MAX, STORES_MAX = 500, 50


def write_sign_ins(world: World, city_guid: str, path: Path, *, but: Collection[Holder]) -> None:
    """Write a JSON file that only its owner can read: `residents` is a list of codes, those with most to spend first;
    `tills` is a list of objects with `code`, `store_id` and `poster`, the text of the store's poster.

    Codes that these people had before are revoked, so those in `but` are left out.
    """
    richest = sorted(world.people, key=lambda person: -world.purses.usable_yen(person.wallet_id, ShopSize.LARGE))
    everybody = [Holder(HolderKind.RESIDENT, person.person_id) for person in richest]
    residents = [holder for holder in everybody if holder not in but][:RESIDENTS_MAX]
    shops = [shop for shop in world.shops[1:-1] if _till(shop) not in but][:STORES_MAX]
    codes = _codes(world, [*residents, *map(_till, shops)])
    document = {
        "residents": [codes[holder] for holder in residents],
        "tills": [
            {
                "code": codes[_till(shop)],
                "store_id": str(shop.store.store_id),
                "poster": poster_text(world, shop, city_guid),
            }
            for shop in shops
        ],
    }
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(document, file, ensure_ascii=False, indent=1)


def poster_text(world: World, shop: Shop, city_guid: str) -> str:
    """The text of a store's poster, for a visitor without a camera."""
    invented = shop.merchant.stores[0]
    code = MerchantCode(
        store_code=shop.store.store_code,
        merchant_name_latin=invented.name_latin,
        merchant_name_ja=invented.display_name,
        city="KASHIMA",
        postal_code="8491311",
        mcc="5411",
        print_serial=shop.poster_serial,
    )
    return write_merchant_code(code, world.keys.shop_code_key, KEY_ID, city_guid)


def _till(shop: Shop) -> Holder:
    return Holder(HolderKind.SHOP, shop.cashier_id)


def _codes(world: World, holders: list[Holder]) -> dict[Holder, str]:
    issued = world.databases.staff.run(
        lambda session: issue_sign_in_codes(session, holders, pepper=world.keys.pepper, now=STORY_ENDS_AT)
    )
    return {code.holder: code.text for code in issued}
