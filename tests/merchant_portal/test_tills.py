"""Which devices are a shop's tills, who may say so, and what that means for cashiers who are signed in."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from identity.model import HolderKind, ShopRole, SignedIn
from kernel.ids import derived_id
from tests.merchant_portal.forms import told
from tests.merchant_portal.world import BAKER, CASHIER, HOST, OWNER, World
from tests.merchants.shops import CORNER, MARKET, NORTH, SOUTH

TILL = "__Host-kashiman_till"
SESSION = "__Host-kashiman_shop"
NOBODYS_ID = "00000000-0000-7000-8000-000000000000"
NORTH_OWNER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "north owner"),
    display_name="北店 店長",
    merchant_id=MARKET.merchant_id,
    store_id=NORTH.store_id,
    role=ShopRole.OWNER,
)
SOUTH_CASHIER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "south cashier"),
    display_name="まるか 浜店レジ",
    merchant_id=MARKET.merchant_id,
    store_id=SOUTH.store_id,
    role=ShopRole.CASHIER,
)


def at_device(world: World, person: SignedIn, secret: str | None = None) -> Any:
    """A browser in which somebody is signed in, on a device that carries this secret."""
    browser = world.browser(person)
    if secret is not None:
        browser.cookies.set(TILL, secret, domain=HOST)
    return browser


def bind(browser: Any, label: str = "レジ1", store_id: UUID | str = NORTH.store_id) -> Any:
    return browser.post("/shop/tills", data={"label": label, "store_id": str(store_id)})


def bound(world: World, label: str = "レジ1", store_id: UUID = NORTH.store_id) -> tuple[str, str]:
    """Let the owner bind a new device, and answer its till's id and its secret."""
    browser = at_device(world, OWNER)
    answer = browser.post("/api/v1/shop/tills", json={"label": label, "store_id": str(store_id)})
    assert answer.status_code == 201, answer.text
    return answer.json()["till_id"], browser.cookies[TILL]


def stored(world: World) -> list[tuple[Any, ...]]:
    return world.rows("SELECT store_id, label, ended_at IS NULL FROM identity.till_devices ORDER BY bound_at, id")


def events(world: World, kind: str) -> list[tuple[Any, ...]]:
    statement = (
        "SELECT outcome, actor_kind, actor_id, facts FROM identity.audit_events WHERE kind = %s ORDER BY sequence"
    )
    return world.rows(statement, kind)


def test_asvs_3_3_4_binding_a_device_puts_a_cookie_into_it_that_no_script_reads(world: World) -> None:
    browser = at_device(world, OWNER)

    answer = bind(browser)

    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/tills?done=bound")
    secret = browser.cookies[TILL]
    cookie = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert cookie == {"httponly", "max-age=34560000", "path=/", "samesite=lax", "secure"}
    assert world.rows("SELECT secret_digest FROM identity.till_devices") == [
        (hashlib.sha256(secret.encode()).digest(),)
    ]


def test_the_page_says_that_this_device_is_a_till_and_another_that_it_is_none(world: World) -> None:
    browser = at_device(world, OWNER)
    assert "この端末をレジにする" in browser.get("/shop/tills").text
    bind(browser, "奥のタブレット")

    here, elsewhere = browser.get("/shop/tills?done=bound").text, at_device(world, OWNER).get("/shop/tills").text

    assert ("この端末は、レジです" in here, "この端末をレジにしました" in here, "✓ この端末" in here) == (
        True,
        True,
        True,
    )
    assert ("この端末をレジにする" in elsewhere, "✓ この端末" in elsewhere) == (True, False)
    assert "奥のタブレット" in elsewhere


def test_the_interface_lists_the_tills_of_the_users_stores(world: World) -> None:
    till_id, secret = bound(world)
    north = {
        "till_id": till_id,
        "store_id": str(NORTH.store_id),
        "store_name": "まるかマーケット 北店",
        "label": "レジ1",
        "bound_at": "2026-11-20T03:00:00Z",
        "is_this_device": False,
    }

    assert at_device(world, OWNER).get("/api/v1/shop/tills").json() == {"tills": [north]}
    here = at_device(world, OWNER, secret).get("/api/v1/shop/tills").json()
    assert here == {"tills": [north | {"is_this_device": True}]}
    assert at_device(world, BAKER).get("/api/v1/shop/tills").json() == {"tills": []}


def test_asvs_8_3_2_with_the_first_till_a_cashier_elsewhere_is_out_at_the_next_request(world: World) -> None:
    cashier = at_device(world, CASHIER)
    assert cashier.get("/shop/").status_code == 200
    _, secret = bound(world)
    world.clock.advance(timedelta(seconds=5))

    page = cashier.get("/shop/")

    assert (page.status_code, "till_not_bound" in page.text) == (403, True)
    assert ("お金は動いていません" in page.text, "責任者の方に" in page.text) == (True, True)
    assert 'href="/shop/sign-in/begin?again=tills"' in page.text
    assert cashier.get("/shop/").headers["location"] == "/shop/sign-in?reason=not_signed_in"
    assert at_device(world, CASHIER, secret).get("/shop/").status_code == 200
    assert at_device(world, SOUTH_CASHIER).get("/shop/").status_code == 200
    assert at_device(world, OWNER).get("/shop/").status_code == 200


def test_a_cashier_who_is_turned_away_is_signed_out_and_that_is_recorded_asvs_16_3_2(world: World) -> None:
    cashier, kept = at_device(world, CASHIER), at_device(world, OWNER)
    bound(world)

    assert cashier.get("/api/v1/shop/takings").json()["code"] == "till_not_bound"

    holder = world.shop_user_ids[CASHIER.subject]
    assert events(world, "sign_in.turned_away") == [("refused", "shop", holder, {"refusal_code": "till_not_bound"})]
    left = "SELECT count(*) FROM identity.face_sessions WHERE ended_at IS NULL AND holder_id = %s"
    assert world.rows(left, holder) == [(0,)]
    assert world.rows("SELECT DISTINCT ended_by FROM identity.sessions WHERE holder_id = %s", holder) == [("face",)]
    assert kept.get("/shop/").status_code == 200


@pytest.mark.parametrize("secret", ["", "forged", "a" * 43, "é", "x" * 4_000])
def test_asvs_7_2_1_a_forged_cookie_is_no_till(world: World, secret: str) -> None:
    bound(world)
    browser = at_device(world, CASHIER)

    cookies = f"{SESSION}={browser.cookies[SESSION]}; {TILL}={secret}".encode()
    browser.cookies.clear()
    answer = browser.get("/api/v1/shop/stores", headers={b"Cookie": cookies})

    assert (answer.status_code, answer.json()["code"]) == (403, "till_not_bound")


def test_a_session_carried_off_from_a_till_opens_nothing_even_while_it_is_remembered(world: World) -> None:
    _, secret = bound(world)
    at_till = at_device(world, CASHIER, secret)
    assert at_till.get("/shop/").status_code == 200

    stolen = world.browser(None)
    stolen.cookies.set(SESSION, at_till.cookies[SESSION], domain=HOST)

    assert stolen.get("/shop/").status_code == 403
    assert at_till.get("/shop/").headers["location"] == "/shop/sign-in?reason=not_signed_in"


def test_asvs_8_3_2_a_released_till_stops_and_the_other_goes_on(world: World) -> None:
    lost_id, lost_secret = bound(world, "レジ1")
    _, kept_secret = bound(world, "レジ2")
    lost, kept = at_device(world, CASHIER, lost_secret), at_device(world, CASHIER, kept_secret)
    assert (lost.get("/shop/").status_code, kept.get("/shop/").status_code) == (200, 200)

    answer = at_device(world, OWNER).post(f"/shop/tills/{lost_id}/release")

    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/tills?done=released")
    assert "set-cookie" not in answer.headers
    world.clock.advance(timedelta(seconds=5))
    charge = {"code": world.code(), "amount_yen": 1_280}
    refused = lost.post("/api/v1/shop/charges", json=charge, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (403, "till_not_bound")
    assert world.rows("SELECT count(*) FROM payments.payments") == [(0,)]
    assert kept.get("/shop/").status_code == 200


def test_asvs_7_4_1_releasing_the_last_till_signs_out_whoever_was_held_to_it(world: World) -> None:
    """Otherwise the session on a lost device would go on, because the store demands no till any more."""
    till_id, secret = bound(world)
    lost, south, owner = at_device(world, CASHIER, secret), at_device(world, SOUTH_CASHIER), at_device(world, OWNER)
    assert lost.get("/shop/").status_code == 200
    assert "これが最後の1台です" in owner.get(f"/shop/tills/{till_id}/release").text

    owner.post(f"/shop/tills/{till_id}/release")
    world.clock.advance(timedelta(seconds=5))

    assert lost.get("/shop/").headers["location"] == "/shop/sign-in?reason=not_signed_in"
    assert (south.get("/shop/").status_code, owner.get("/shop/").status_code) == (200, 200)
    assert at_device(world, CASHIER).get("/shop/").status_code == 200
    holder = world.shop_user_ids[CASHIER.subject]
    ended = world.rows("SELECT ended_by FROM identity.sessions WHERE holder_id = %s AND ended_by IS NOT NULL", holder)
    assert ended == [("till_released",)]


def test_a_device_that_stops_being_a_till_forgets_its_secret(world: World) -> None:
    browser = at_device(world, OWNER)
    bind(browser)
    (till,) = browser.get("/api/v1/shop/tills").json()["tills"]
    assert "いま見ているこの端末" in browser.get(f"/shop/tills/{till['till_id']}/release").text

    answer = browser.post(f"/api/v1/shop/tills/{till['till_id']}/release")

    assert answer.status_code == 204
    assert answer.headers["set-cookie"].startswith(f'{TILL}=""; ')
    assert stored(world) == [(NORTH.store_id, "レジ1", False)]
    again = browser.post(f"/api/v1/shop/tills/{till['till_id']}/release")
    assert (again.status_code, again.json()["code"]) == (404, "till_unknown")


def test_a_device_is_one_till_so_binding_it_again_takes_the_place_of_the_first(world: World) -> None:
    browser = at_device(world, OWNER)
    bind(browser, "レジ1")
    first = browser.cookies[TILL]
    at_first = at_device(world, CASHIER, first)
    assert at_first.get("/shop/").status_code == 200

    bind(browser, "浜のレジ", SOUTH.store_id)

    assert stored(world) == [(NORTH.store_id, "レジ1", False), (SOUTH.store_id, "浜のレジ", True)]
    world.clock.advance(timedelta(seconds=5))
    assert at_first.get("/shop/").headers["location"] == "/shop/sign-in?reason=not_signed_in"
    second = browser.cookies[TILL]
    assert at_device(world, SOUTH_CASHIER, first).get("/shop/").status_code == 403
    assert at_device(world, SOUTH_CASHIER, second).get("/shop/").status_code == 200


@pytest.mark.parametrize("store_id", [CORNER.store_id, NOBODYS_ID])
def test_asvs_8_2_2_a_till_of_a_store_that_is_not_ones_own_cannot_be_bound(world: World, store_id: UUID | str) -> None:
    answer = at_device(world, OWNER).post("/api/v1/shop/tills", json={"label": "レジ", "store_id": str(store_id)})
    page = bind(at_device(world, OWNER), store_id=store_id)

    assert (answer.status_code, answer.json()["code"]) == (404, "store_unknown")
    assert (page.status_code, "store_not_chosen" in page.text) == (422, True)
    assert TILL not in f"{answer.headers.get('set-cookie')}{page.headers.get('set-cookie')}"
    assert stored(world) == []


def test_asvs_8_2_2_a_till_of_another_shop_looks_like_none(world: World) -> None:
    till_id, _ = bound(world, store_id=SOUTH.store_id)
    for stranger in (BAKER, NORTH_OWNER):
        browser = at_device(world, stranger)
        for method, path in [("GET", "/shop/tills/{}/release"), ("POST", "/shop/tills/{}/release")]:
            others = browser.request(method, path.format(till_id))
            nobodys = browser.request(method, path.format(NOBODYS_ID))
            assert (others.status_code, told(others)) == (nobodys.status_code, told(nobodys)) == (404, told(others))
        assert browser.post(f"/api/v1/shop/tills/{till_id}/release").json()["code"] == "till_unknown"
        assert browser.get("/api/v1/shop/tills").json() == {"tills": []}
    assert stored(world) == [(SOUTH.store_id, "レジ1", True)]


def test_an_owner_of_one_store_binds_its_tills_and_no_others(world: World) -> None:
    browser = at_device(world, NORTH_OWNER)

    refused = browser.post("/api/v1/shop/tills", json={"label": "レジ", "store_id": str(SOUTH.store_id)})
    answer = browser.post("/api/v1/shop/tills", json={"label": "レジ"})

    assert (refused.status_code, refused.json()["code"]) == (404, "store_unknown")
    assert (answer.status_code, answer.json()["store_id"]) == (201, str(NORTH.store_id))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/shop/tills"),
        ("POST", "/api/v1/shop/tills"),
        ("POST", "/api/v1/shop/tills/{till}/release"),
        ("GET", "/api/v1/shop/cashiers"),
        ("POST", "/api/v1/shop/cashiers/{cashier}/sign-out"),
    ],
)
def test_asvs_8_2_1_a_cashier_changes_nothing_about_tills_and_cashiers(world: World, method: str, path: str) -> None:
    till_id, secret = bound(world)
    before = stored(world)
    cashier_id = world.shop_user_ids[CASHIER.subject]
    body = {"label": "わたしのスマホ"} if method == "POST" and path.endswith("/tills") else None

    browser = at_device(world, CASHIER, secret)
    answer = browser.request(method, path.format(till=till_id, cashier=cashier_id), json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")
    assert (stored(world), TILL in answer.headers.get("set-cookie", "")) == (before, False)
    assert browser.get("/shop/").status_code == 200


def test_asvs_7_5_1_changes_need_a_sign_in_of_the_last_five_minutes(world: World) -> None:
    till_id, _ = bound(world)
    owner, cashier_id = at_device(world, OWNER), world.shop_user_ids[CASHIER.subject]
    world.clock.advance(timedelta(seconds=301))
    changes = [
        ("/shop/tills", {"label": "レジ2", "store_id": str(NORTH.store_id)}),
        (f"/shop/tills/{till_id}/release", {}),
        (f"/shop/cashiers/{cashier_id}/sign-out", {}),
    ]

    for path, form in changes:
        page = owner.post(path, data=form)
        answer = owner.post(f"/api/v1{path}", json=form or None)

        assert (page.status_code, "sign_in_not_recent" in page.text) == (403, True)
        assert 'href="/shop/sign-in/begin?again=tills"' in page.text
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_not_recent")

    assert stored(world) == [(NORTH.store_id, "レジ1", True)]
    assert [outcome for outcome, *_ in events(world, "device.released")] == ["refused", "refused"]
    for path in ("/shop/tills", f"/shop/tills/{till_id}/release"):
        shown = owner.get(path).text
        assert ('href="/shop/sign-in/begin?again=tills"' in shown, 'method="post" action="/shop/tills' in shown) == (
            *(True, False),
        )


@pytest.mark.parametrize("label", ["", "   ", "あ" * 41, "レジ\u200b", "レジ\x00"])
def test_a_label_that_nobody_can_read_is_said_at_its_field(world: World, label: str) -> None:
    page = bind(at_device(world, OWNER), label)
    answer = at_device(world, OWNER).post("/api/v1/shop/tills", json={"label": label, "store_id": str(NORTH.store_id)})

    assert (page.status_code, 'id="label-error"' in page.text) == (422, True)
    assert (answer.status_code, answer.json()["code"]) == (422, "label_unusable")
    assert stored(world) == []


@pytest.mark.parametrize(
    "body", [None, [], {}, {"label": 1}, {"label": "x" * 201}, {"label": "x", "till_id": NOBODYS_ID}]
)
def test_a_body_of_another_form_is_refused(world: World, body: Any) -> None:
    answer = at_device(world, OWNER).post("/api/v1/shop/tills", json=body)

    assert (answer.status_code, answer.json()["code"]) in {(422, "fields_invalid"), (400, "body_not_readable")}
    assert stored(world) == []


def test_a_user_of_several_stores_says_for_which_one(world: World) -> None:
    answer = at_device(world, OWNER).post("/api/v1/shop/tills", json={"label": "レジ"})
    page = bind(at_device(world, OWNER), store_id="")

    assert (answer.status_code, answer.json()["code"]) == (422, "store_not_chosen")
    assert (page.status_code, "store_not_chosen" in page.text) == (422, True)


def test_what_a_till_is_called_is_escaped_asvs_1_2_1(world: World) -> None:
    browser = at_device(world, OWNER)
    bind(browser, "<b>&\"x'")
    (till,) = browser.get("/api/v1/shop/tills").json()["tills"]

    for path in ("/shop/tills", f"/shop/tills/{till['till_id']}/release"):
        page = browser.get(path).text
        assert ("<b>" in page, "&lt;b&gt;" in page) == (False, True)


def test_the_owner_signs_a_cashier_out_everywhere_asvs_7_4_5(world: World) -> None:
    cashier, owner = at_device(world, CASHIER), at_device(world, OWNER)
    assert cashier.get("/shop/").status_code == 200
    cashier_id = str(world.shop_user_ids[CASHIER.subject])
    listed = {"cashier_id": cashier_id, "name": "まるか 北店レジ", "store_id": str(NORTH.store_id)}
    assert owner.get("/api/v1/shop/cashiers").json() == {"cashiers": [listed]}
    assert "まるか 北店レジ" in owner.get("/shop/tills").text

    answer = owner.post(f"/shop/cashiers/{cashier_id}/sign-out")
    again = owner.post(f"/api/v1/shop/cashiers/{cashier_id}/sign-out")

    assert answer.headers["location"] == "/shop/tills?done=signed_out"
    assert again.json() == {"cashier_id": cashier_id, "sign_ins_ended": 0}
    world.clock.advance(timedelta(seconds=5))
    assert cashier.get("/shop/").headers["location"] == "/shop/sign-in?reason=not_signed_in"
    assert owner.get("/shop/").status_code == 200


def test_asvs_8_2_2_only_cashiers_of_ones_own_stores_are_signed_out(world: World) -> None:
    south = at_device(world, SOUTH_CASHIER)
    south_id, owner_id = (world.shop_user_ids[person.subject] for person in (SOUTH_CASHIER, OWNER))

    for stranger, target in [(BAKER, south_id), (NORTH_OWNER, south_id), (OWNER, owner_id), (OWNER, NOBODYS_ID)]:
        answer = at_device(world, stranger).post(f"/api/v1/shop/cashiers/{target}/sign-out")
        assert (answer.status_code, answer.json()) == (
            404,
            answer.json() | {"code": "cashier_unknown", "facts": {"cashier_id": str(target)}},
        )

    assert south.get("/shop/").status_code == 200
    assert at_device(world, NORTH_OWNER).get("/api/v1/shop/cashiers").json()["cashiers"][0]["name"] == "まるか 北店レジ"


def test_what_happens_to_tills_is_recorded_without_any_secret_asvs_16_3_1(world: World) -> None:
    till_id, secret = bound(world, "奥のタブレット")
    owner, owner_id = at_device(world, OWNER), world.shop_user_ids[OWNER.subject]
    owner.post(f"/shop/tills/{till_id}/release")
    owner.post(f"/shop/tills/{till_id}/release")

    assert events(world, "device.bound") == [("succeeded", "shop", owner_id, {"store_id": str(NORTH.store_id)})]
    assert events(world, "device.released") == [
        ("succeeded", "shop", owner_id, {"device_id": till_id}),
        ("refused", "shop", owner_id, {"device_id": till_id, "refusal_code": "till_unknown"}),
    ]
    assert not any(
        part in str(row)
        for row in world.rows("SELECT facts::text FROM identity.audit_events")
        for part in (secret, "奥のタブレット")
    )


def test_a_program_with_a_token_is_asked_for_no_till(world: World) -> None:
    bound(world)

    assert world.get("/stores", CASHIER).status_code == 200
