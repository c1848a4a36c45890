"""Signing in at the portal through the provider, on a device that is a till and on one that is none."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from identity.model import Holder, HolderKind, ShopRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kernel.db import Session
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.register_merchants import register_merchants
from tests.identity_provider.conftest import ISSUER, NOW, City, TestClient, app, browser, city
from tests.merchants.shops import BAKERY, CORNER

__all__ = ["app", "browser", "city"]  # fixtures of another room

AGAIN = "/shop/sign-in/begin?again=tills"
OPEN_SESSIONS = "SELECT count(*) FROM identity.face_sessions WHERE ended_at IS NULL"


class Shop:
    """A bakery with an owner and a cashier, and the devices of both."""

    def __init__(self, city: City, app: Any) -> None:
        self.city, self.app = city, app
        city.staff_database.run(self._open)
        self.owner_id, self.owner_code = self._hires(ShopRole.OWNER)
        self.cashier_id, self.cashier_code = self._hires(ShopRole.CASHIER)

    def device(self) -> TestClient:
        return TestClient(self.app, base_url=ISSUER, headers={"Origin": ISSUER})

    def signs_in(self, device: TestClient, code: str, begin: str = "/shop/sign-in/begin") -> Any:
        """Walk from the portal to the provider and back; the last page is the answer."""
        handle = re.search(r'name="handle" value="([^"]+)"', device.get(begin).text)
        assert handle
        return device.post("/id/sign-in", data={"handle": handle[1], "code": code})

    def till(self) -> TestClient:
        """A device that the owner has bound, with nobody signed in."""
        device = self.device()
        self.signs_in(device, self.owner_code)
        assert "done=bound" in str(device.post("/shop/tills", data={"label": "レジ1"}).url)
        device.post("/shop/sign-out")
        return device

    def _open(self, session: Session) -> None:
        (registered,) = register_merchants(session, [BAKERY], now=NOW)
        approve_merchants(session, [registered.merchant_id], by=self.city.clerk_id, now=NOW)

    def _hires(self, role: ShopRole) -> tuple[UUID, str]:
        store_id = CORNER.store_id if role is ShopRole.CASHIER else None
        pepper = self.city.installation.keys.pepper

        def work(session: Session) -> tuple[UUID, str]:
            user_id = add_shop_user(
                session, merchant_id=BAKERY.merchant_id, display_name=role.value, role=role, store_id=store_id
            )
            (code,) = issue_sign_in_codes(session, [Holder(HolderKind.SHOP, user_id)], pepper=pepper, now=NOW)
            return user_id, code.text

        return self.city.staff_database.run(work)


@pytest.fixture
def shop(city: City, app: Any, browser: TestClient) -> Shop:
    return Shop(city, app)


def test_a_cashier_signs_in_anywhere_while_the_shop_has_no_till(shop: Shop) -> None:
    page = shop.signs_in(shop.device(), shop.cashier_code)

    assert (page.status_code, str(page.url)) == (200, f"{ISSUER}/shop/")


def test_a_cashier_signs_in_at_a_till(shop: Shop) -> None:
    till = shop.till()

    page = shop.signs_in(till, shop.cashier_code)

    assert (page.status_code, str(page.url)) == (200, f"{ISSUER}/shop/")
    assert till.get("/shop/charge").status_code == 200


def test_each_sign_in_at_a_till_lets_it_be_one_for_another_400_days(shop: Shop) -> None:
    till = shop.till()
    till.follow_redirects = False
    handle = re.search(r'value="([^"]+)"', till.get(till.get("/shop/sign-in/begin").headers["location"]).text)
    assert handle
    back = till.post("/id/sign-in", data={"handle": handle[1], "code": shop.cashier_code}).headers["location"]
    while "/shop/sign-in/callback" not in back:
        back = till.get(back).headers["location"]

    cookies = till.get(back).headers.get_list("set-cookie")

    (kept,) = [cookie for cookie in cookies if cookie.startswith("kashiman_till=")]
    assert kept.startswith(f"kashiman_till={till.cookies['kashiman_till']};")
    assert "Max-Age=34560000" in kept


def test_asvs_8_2_1_a_cashier_is_turned_away_elsewhere_and_nothing_of_the_sign_in_stays(shop: Shop) -> None:
    shop.till()
    phone = shop.device()

    page = shop.signs_in(phone, shop.cashier_code)

    assert (page.status_code, "till_not_bound" in page.text) == (403, True)
    assert ("お金は動いていません" in page.text, f'href="{AGAIN}"' in page.text) == (True, True)
    assert "kashiman_shop" not in phone.cookies
    assert shop.city.rows(OPEN_SESSIONS) == [(0,)]
    assert str(phone.get("/shop/").url).endswith("/shop/sign-in?reason=not_signed_in")
    assert "登録のかくにん" not in phone.get("/id/account").text
    assert shop.city.recorded_rows(
        "SELECT outcome, actor_id, facts FROM identity.audit_events WHERE kind = 'sign_in.turned_away'"
    ) == [("refused", shop.cashier_id, {"refusal_code": "till_not_bound"})]


def test_the_owner_makes_a_till_of_the_device_where_the_cashier_was_turned_away(shop: Shop) -> None:
    shop.till()
    device = shop.device()
    assert shop.signs_in(device, shop.cashier_code).status_code == 403

    page = shop.signs_in(device, shop.owner_code, AGAIN)
    assert (page.status_code, str(page.url)) == (200, f"{ISSUER}/shop/tills")
    device.post("/shop/tills", data={"label": "レジ2"})
    device.post("/shop/sign-out")

    assert shop.signs_in(device, shop.cashier_code).status_code == 200


def test_asvs_7_5_1_an_owner_signs_in_again_for_the_tills_though_the_provider_knows_them(shop: Shop) -> None:
    device = shop.device()
    shop.signs_in(device, shop.owner_code)
    shop.city.clock.advance(timedelta(seconds=301))
    refused = device.post("/shop/tills", data={"label": "レジ1"})
    assert (refused.status_code, f'href="{AGAIN}"' in refused.text) == (403, True)

    page = shop.signs_in(device, shop.owner_code, AGAIN)

    assert str(page.url) == f"{ISSUER}/shop/tills"
    assert "done=bound" in str(device.post("/shop/tills", data={"label": "レジ1"}).url)


@pytest.mark.parametrize("again", ["https://evil.example/", "//evil.example", "other", "tills~x", "~tills", ""])
def test_asvs_3_7_2_a_sign_in_leads_back_to_pages_of_ours_alone(shop: Shop, again: str) -> None:
    page = shop.signs_in(shop.device(), shop.owner_code, f"/shop/sign-in/begin?again={again}")

    assert str(page.url) == f"{ISSUER}/shop/"


def test_the_cookie_of_a_released_till_opens_nothing_asvs_8_3_2(shop: Shop) -> None:
    lost, _ = shop.till(), shop.till()
    secret = lost.cookies["kashiman_till"]
    owner = shop.device()
    shop.signs_in(owner, shop.owner_code)
    first = owner.get("/api/v1/shop/tills").json()["tills"][0]["till_id"]
    assert owner.post(f"/api/v1/shop/tills/{first}/release").status_code == 204

    assert (lost.cookies["kashiman_till"], shop.signs_in(lost, shop.cashier_code).status_code) == (secret, 403)
