import re

import pytest

from identity.model import SignedIn
from tests.merchant_portal.forms import charge_form, told
from tests.merchant_portal.world import BAKER, CASHIER, World
from tests.merchants.shops import CORNER, NORTH, SOUTH

SCREENS = ["/", "/charge", "/practice", "/refunds", "/statements", "/posters", "/tills", "/sign-in"]
POSTS = [
    "/sign-out",
    "/charge",
    "/codes",
    "/practice",
    "/payments/{id}/void",
    "/payments/{id}/refund/confirm",
    "/payments/{id}/refund",
    "/tills",
    "/tills/{id}/release",
    "/cashiers/{id}/sign-out",
]
NOBODYS_ID = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("path", SCREENS)
def test_every_page_is_protected_and_loads_nothing_from_elsewhere(world: World, path: str) -> None:
    page = world.browser().get(f"/shop{path}")

    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert '<html lang="ja" ' in page.text
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|https?://(?!www\.w3\.org/2000/svg)", page.text)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_a_form_from_another_page_is_refused(world: World, path: str, origin: str | None) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    before = world.money_rows()
    browser = world.browser()
    del browser.headers["Origin"]
    data = charge_form(world, store_id=str(NORTH.store_id))

    answer = browser.post(
        f"/shop{path.format(id=payment_id)}", data=data, headers={"Origin": origin} if origin else None
    )

    assert answer.status_code == 403
    assert "origin_not_ours" in answer.text
    assert world.money_rows() == before


@pytest.mark.parametrize("path", [path for path in SCREENS if path != "/sign-in"])
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(world: World, path: str) -> None:
    answer = world.browser(None).get(f"/shop{path}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/sign-in?reason=not_signed_in")


@pytest.mark.parametrize("path", ["/refunds", "/payments/{id}/refund", "/statements", "/tills", "/tills/{id}/release"])
def test_a_cashier_neither_sees_nor_opens_what_is_the_owners(world: World, path: str) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    browser = world.browser(CASHIER)

    page = browser.get(f"/shop{path.format(id=payment_id)}")

    assert (page.status_code, "owner_only" in page.text) == (403, True)
    assert 'href="/shop/refunds"' not in browser.get("/shop/").text


def test_a_cashier_may_not_refund_by_sending_the_form(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]

    page = world.browser(CASHIER).post(
        f"/shop/payments/{payment_id}/refund", data={"form_key": "k", "amount_yen": "100"}
    )

    assert (page.status_code, "owner_only" in page.text) == (403, True)
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]


@pytest.mark.parametrize("path", ["", "/void", "/refund"])
@pytest.mark.parametrize("person", [BAKER, CASHIER])
def test_asvs_8_2_2_a_payment_of_another_store_looks_like_none_on_pages(
    world: World, person: SignedIn, path: str
) -> None:
    payment_id = world.charge(1_280, SOUTH.store_id)["payment_id"]
    browser = world.browser(person)

    others = browser.get(f"/shop/payments/{payment_id}{path}")
    nobodys = browser.get(f"/shop/payments/{NOBODYS_ID}{path}")

    assert others.status_code in {403, 404}
    assert (others.status_code, told(others)) == (nobodys.status_code, told(nobodys))


@pytest.mark.parametrize("path", ["/void", "/refund"])
def test_asvs_8_2_2_a_payment_of_another_merchant_is_not_reversed_by_a_form(world: World, path: str) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    data = {"form_key": "k", "amount_yen": "100"}

    page = world.browser(BAKER).post(f"/shop/payments/{payment_id}{path}", data=data)

    assert (page.status_code, "payment_not_found" in page.text) == (404, True)
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]


def test_asvs_8_2_2_statements_and_posters_of_another_merchant_look_like_none_on_pages(world: World) -> None:
    world.charge(1_280)
    closing_id = world.closes()
    browser = world.browser(BAKER)
    poster = f"/shop/posters/{NORTH.store_id}/{world.posters[NORTH.store_id]}"

    for others, nobodys in [
        (f"/shop/statements/{closing_id}", f"/shop/statements/{NOBODYS_ID}"),
        (f"/shop/statements/{closing_id}/statement.csv", f"/shop/statements/{NOBODYS_ID}/statement.csv"),
        (poster, f"/shop/posters/{NOBODYS_ID}/AAAAAAAA"),
    ]:
        assert (browser.get(others).status_code, browser.get(nobodys).status_code) == (404, 404)
        assert told(browser.get(others)) == told(browser.get(nobodys))
    assert world.posters[NORTH.store_id] not in browser.get("/shop/posters").text


def test_what_a_shop_is_called_is_escaped(world: World) -> None:
    """A poster's title comes from the shop's own name, which anybody can choose when applying."""
    with world.staff.engine.begin() as connection:
        connection.exec_driver_sql("SET ROLE kashiman_owner")
        connection.exec_driver_sql(
            "UPDATE merchants.stores SET display_name = '<b>&\"x' WHERE id = %s", (CORNER.store_id,)
        )

    page = world.browser(BAKER).get(f"/shop/posters/{CORNER.store_id}/{world.posters[CORNER.store_id]}").text

    assert "<b>" not in page
    assert "&lt;b&gt;" in page
