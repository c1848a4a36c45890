"""Whether what hangs in the shop is genuine: no code that somebody pasted over it passes."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from identity.model import SignedIn
from merchant_portal.sticker_check import Verdict
from merchants.operations.revoke_poster import revoke_poster
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from tests.merchant_portal.world import BAKER, CASHIER, GUID, KEY_ID, OWNER, SHOP_KEY, World
from tests.merchants.shops import CORNER, NORTH, SOUTH

SAYS = {
    Verdict.CURRENT: "本物です",
    Verdict.REVOKED: "もう使えません",
    Verdict.ANOTHER_SHOPS: "ほかのお店のコードです",
    Verdict.FORGED: "にせものです",
    Verdict.NOT_OURS: "かしまんPAYのコードではありません",
    Verdict.MOMENTARY: "1回だけのコードです",
    Verdict.NUMBER_CURRENT: "番号は合っています",
    Verdict.NUMBER_REVOKED: "もう使えない番号です",
    Verdict.NUMBER_UNKNOWN: "このお店の番号ではありません",
}


def verdict(world: World, code: str, person: SignedIn = CASHIER) -> Verdict:
    """What the page says; exactly one thing."""
    page = world.browser(person).post("/shop/posters/check", data={"code": code})
    assert page.status_code == 200
    (heading,) = [said for said, words in SAYS.items() if f"</span>{words}</h1>" in page.text]
    return heading


def text_of_poster(world: World, store: MerchantCode | None = None, key: Ed25519PrivateKey = SHOP_KEY) -> str:
    return write_merchant_code(store or north(world), key, KEY_ID, GUID)


def north(world: World) -> MerchantCode:
    return MerchantCode(
        store_code="S001",
        merchant_name_latin="Maruka Market Kita",
        merchant_name_ja="まるかマーケット 北店",
        city="KASHIMA",
        postal_code="8491301",
        mcc="5999",
        print_serial=world.posters[NORTH.store_id],
    )


def revoke(world: World) -> None:
    serial = world.posters[NORTH.store_id]
    world.staff.run(lambda session: revoke_poster(session, serial, now=world.clock.now()))


def test_the_shops_own_poster_is_genuine(world: World) -> None:
    assert verdict(world, text_of_poster(world)) is Verdict.CURRENT


def test_a_poster_that_was_revoked_is_to_be_taken_down(world: World) -> None:
    revoke(world)

    assert verdict(world, text_of_poster(world)) is Verdict.REVOKED


def test_a_genuine_poster_of_another_shop_says_where_the_money_would_go(world: World) -> None:
    swapped = text_of_poster(world)

    page = world.browser(BAKER).post("/shop/posters/check", data={"code": swapped}).text

    assert "ほかのお店のコードです" in page
    assert "お金は「まるかマーケット 北店」に入ります" in page


def test_a_cashier_of_one_store_is_warned_of_the_other_stores_poster(world: World) -> None:
    serial = world.posters[SOUTH.store_id]
    south = replace(north(world), store_code="S002", print_serial=serial, merchant_name_ja="まるかマーケット 浜店")

    assert verdict(world, text_of_poster(world, south), CASHIER) is Verdict.ANOTHER_SHOPS
    assert verdict(world, text_of_poster(world, south), OWNER) is Verdict.CURRENT


def test_a_code_that_somebody_else_signed_is_forged(world: World) -> None:
    thief = Ed25519PrivateKey.from_private_bytes(bytes(32))

    assert verdict(world, text_of_poster(world, key=thief)) is Verdict.FORGED


@pytest.mark.parametrize("serial", ["ZZZZZZZZ", CORNER.store_id.hex[:8].upper()])
def test_a_signed_code_whose_number_the_city_does_not_know_is_forged(world: World, serial: str) -> None:
    assert verdict(world, text_of_poster(world, replace(north(world), print_serial=serial))) is Verdict.FORGED


def test_a_signed_code_with_the_number_of_another_store_is_forged(world: World) -> None:
    borrowed = replace(north(world), print_serial=world.posters[SOUTH.store_id])

    assert verdict(world, text_of_poster(world, borrowed)) is Verdict.FORGED


def test_a_code_for_one_sale_is_no_poster(world: World) -> None:
    momentary = replace(north(world), amount_yen=500, reference="sale-1")

    assert verdict(world, text_of_poster(world, momentary)) is Verdict.MOMENTARY


@pytest.mark.parametrize("code", ["https://pay.example/steal", "今日の特売", "0002010102", "{{ 7 * 7 }}<script>"])
def test_what_is_no_code_of_the_city_is_said_to_be_none(world: World, code: str) -> None:
    page = world.browser(CASHIER).post("/shop/posters/check", data={"code": code})

    assert "かしまんPAYのコードではありません" in page.text
    assert "<script>" not in page.text.replace('<script type="module"', "")


def test_a_typed_number_is_read_as_people_type_it_and_proves_less(world: World) -> None:
    serial = world.posters[NORTH.store_id]
    spoken = f" {serial[:4].lower()}-{serial[4:].lower().replace('0', 'o').replace('1', 'l')} "

    page = world.browser(CASHIER).post("/shop/posters/check", data={"code": spoken}).text

    assert SAYS[Verdict.NUMBER_CURRENT] in page
    assert "番号だけでは、QRコードが本物かどうかは分かりません" in page


def test_a_typed_number_can_be_over_or_nobodys(world: World) -> None:
    revoke(world)

    assert verdict(world, world.posters[NORTH.store_id]) is Verdict.NUMBER_REVOKED
    assert verdict(world, "ZZZZZZZZ") is Verdict.NUMBER_UNKNOWN


def test_asvs_8_2_2_a_number_of_another_shop_looks_like_nobodys(world: World) -> None:
    page = world.browser(BAKER).post("/shop/posters/check", data={"code": world.posters[NORTH.store_id]}).text

    assert SAYS[Verdict.NUMBER_UNKNOWN] in page
    assert "まるか" not in page


def test_nothing_typed_is_said_at_the_field(world: World) -> None:
    page = world.browser(CASHIER).post("/shop/posters/check", data={"code": "  "})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_only_the_page_that_scans_may_use_the_camera(world: World) -> None:
    browser = world.browser(CASHIER)

    assert browser.get("/shop/posters/check").headers["permissions-policy"] == "camera=(self)"
    assert "permissions-policy" not in browser.get("/shop/posters").headers
