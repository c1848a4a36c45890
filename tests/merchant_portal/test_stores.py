from uuid import UUID, uuid4

import pytest

from identity.model import SignedIn
from merchants.operations.revoke_poster import revoke_poster
from payments.codes.merchant_code import MerchantCode, read_merchant_code
from payments.codes.picture import code_svg
from tests.merchant_portal.world import BAKER, CASHIER, GUID, KEY_ID, OWNER, SHOP_KEY, World
from tests.merchants.shops import CORNER, NORTH, SOUTH


def test_a_user_sees_the_stores_at_which_they_act(world: World) -> None:
    north = {"store_id": str(NORTH.store_id), "store_code": "S001", "store_name": "まるかマーケット 北店"}
    south = {"store_id": str(SOUTH.store_id), "store_code": "S002", "store_name": "まるかマーケット 浜店"}

    assert world.get("/stores", OWNER).json() == {"stores": [north, south]}
    assert world.get("/stores", CASHIER).json() == {"stores": [north]}


def test_a_poster_carries_a_code_that_the_wallet_reads(world: World) -> None:
    serial = world.posters[NORTH.store_id]

    answer = world.get(f"/stores/{NORTH.store_id}/posters/{serial}", CASHIER)

    assert answer.status_code == 200
    document = answer.json()
    text = document.pop("text")
    assert document == {
        "serial": serial,
        "printed_at": "2026-11-20T03:00:00Z",
        "store_id": str(NORTH.store_id),
        "store_name": "まるかマーケット 北店",
    }
    assert read_merchant_code(text, {KEY_ID: SHOP_KEY.public_key()}, GUID) == MerchantCode(
        store_code="S001",
        merchant_name_latin="Maruka Market Kita",
        merchant_name_ja="まるかマーケット 北店",
        city="KASHIMA",
        postal_code="8491301",
        mcc="5999",
        print_serial=serial,
    )


def test_the_picture_of_a_poster_says_the_same_text(world: World) -> None:
    path = f"/stores/{NORTH.store_id}/posters/{world.posters[NORTH.store_id]}"

    picture = world.get(f"{path}.svg")

    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert picture.text == code_svg(world.get(path).json()["text"])


def test_the_posters_of_a_store_are_those_that_count(world: World) -> None:
    serial = world.posters[NORTH.store_id]
    summary = {"serial": serial, "printed_at": "2026-11-20T03:00:00Z"}
    assert world.get(f"/stores/{NORTH.store_id}/posters").json() == {"posters": [summary]}

    world.staff.run(lambda session: revoke_poster(session, serial, now=world.clock.now()))

    assert world.get(f"/stores/{NORTH.store_id}/posters").json() == {"posters": []}


@pytest.mark.parametrize("ending", ["", ".svg"])
def test_a_revoked_poster_is_not_shown(world: World, ending: str) -> None:
    serial = world.posters[NORTH.store_id]
    world.staff.run(lambda session: revoke_poster(session, serial, now=world.clock.now()))

    answer = world.get(f"/stores/{NORTH.store_id}/posters/{serial}{ending}")

    assert (answer.status_code, answer.json()["code"]) == (409, "poster_revoked")


@pytest.mark.parametrize("ending", ["", ".svg"])
@pytest.mark.parametrize("person", [BAKER, CASHIER])
def test_asvs_8_2_2_a_poster_of_another_store_looks_like_none(world: World, person: SignedIn, ending: str) -> None:
    serial = world.posters[SOUTH.store_id]
    own = {BAKER.subject: CORNER, CASHIER.subject: NORTH}[person.subject]

    answer = world.get(f"/stores/{SOUTH.store_id}/posters/{serial}{ending}", person)
    at_own_store = world.get(f"/stores/{own.store_id}/posters/{serial}{ending}", person)
    nobodys = world.get(f"/stores/{own.store_id}/posters/00000000{ending}", person)

    assert (answer.status_code, answer.json()["code"]) == (404, "store_unknown")
    assert (at_own_store.status_code, at_own_store.json()["facts"]) == (404, {"serial": serial})
    assert nobodys.json() == at_own_store.json() | {"facts": {"serial": "00000000"}}


@pytest.mark.parametrize("serial", ["%00", "%E6%9D%BE", "..%2F..", "A" * 300])
def test_a_serial_of_another_form_is_unknown(world: World, serial: str) -> None:
    answer = world.get(f"/stores/{NORTH.store_id}/posters/{serial}.svg")

    assert answer.status_code == 404


@pytest.mark.parametrize(("person", "store_id"), [(BAKER, NORTH.store_id), (CASHIER, SOUTH.store_id)])
def test_asvs_8_2_2_the_posters_of_another_store_are_not_listed(world: World, person: SignedIn, store_id: UUID) -> None:
    nobodys_id = uuid4()

    others = world.get(f"/stores/{store_id}/posters", person)
    nobodys = world.get(f"/stores/{nobodys_id}/posters", person)

    assert (others.status_code, others.json()["facts"]) == (404, {"store": str(store_id)})
    assert nobodys.json() == others.json() | {"facts": {"store": str(nobodys_id)}}
