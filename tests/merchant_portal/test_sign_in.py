"""Who the portal lets in: programs with a token for shops, and browsers in which somebody of a shop is signed in."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from identity.model import Holder, HolderKind, SignedIn, StaffRole
from identity.operations.import_residents import import_residents
from identity.provider.jose.dpop import write_dpop_proof
from identity.provider.jose.keys import new_signing_key
from identity.provider.operations.end_sessions import end_sessions
from tests.identity.people import TARO
from tests.merchant_portal.world import CASHIER, HOST, ISSUER, NOON, OWNER, PRESS, WALLET, World
from tests.merchants.shops import NORTH
from tests.sign_ins import signed_in_cookie

ENDPOINTS: list[tuple[str, str]] = [
    ("POST", "/charges"),
    ("POST", "/codes"),
    ("GET", "/codes/AAAAAAAAAAAAAAAAAAAAAA"),
    ("GET", "/feed"),
    ("POST", "/payments/00000000-0000-7000-8000-000000000000/void"),
    ("POST", "/payments/00000000-0000-7000-8000-000000000000/refunds"),
    ("GET", "/takings"),
    ("GET", "/coming-payout"),
    ("GET", "/statements"),
    ("GET", "/statements/00000000-0000-7000-8000-000000000000"),
    ("GET", "/statements/00000000-0000-7000-8000-000000000000/statement.csv"),
    ("GET", "/statements/00000000-0000-7000-8000-000000000000/statement.pdf"),
    ("GET", "/stores"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters/AAAAAAAA"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters/AAAAAAAA.svg"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters/AAAAAAAA/poster.pdf"),
    ("GET", "/tills"),
    ("POST", "/tills"),
    ("POST", "/tills/00000000-0000-7000-8000-000000000000/release"),
    ("GET", "/cashiers"),
    ("POST", "/cashiers/00000000-0000-7000-8000-000000000000/sign-out"),
    ("GET", "/bank-accounts"),
    ("POST", "/bank-accounts"),
    ("POST", "/bank-accounts/stop"),
]
FOR_WHOEVER_JOINS = "/account-checks"
"""Asked while somebody types who is no shop yet."""
RESIDENT = SignedIn(kind=HolderKind.RESIDENT, subject=TARO.person_id, display_name="鹿島 太郎", wallet_id=WALLET)
COOKIE = "__Host-kashiman_shop"
NOT_SIGNED_IN = "/shop/sign-in?reason=not_signed_in"
CLERK = SignedIn(
    kind=HolderKind.STAFF, subject=TARO.person_id, display_name="会計", roles=frozenset({StaffRole.FINANCE})
)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_asvs_8_2_2_every_endpoint_wants_a_token_for_shops(world: World, method: str, path: str) -> None:
    def ask(token: str | None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {"Origin": ISSUER}
        headers["Idempotency-Key"] = "k"
        body = {"code": "x", "amount_yen": 1} if path == "/charges" else {"amount_yen": 1}
        json = body if method == "POST" and not path.endswith("void") else None
        answer = world.client.request(method, f"/api/v1/shop{path}", headers=headers, json=json)
        return answer.status_code, answer.json()["code"]

    assert ask(None) == (401, "not_signed_in")
    assert ask(world.token(OWNER, audience="wallet")) == (401, "token_invalid")
    assert ask(world.token(RESIDENT)) == (403, "not_a_shop_user")
    assert ask(world.token(CLERK)) == (403, "not_a_shop_user")
    expiring = world.token(OWNER, lifetime_s=60)
    world.clock.advance(timedelta(seconds=60))
    assert ask(expiring) == (401, "token_expired")


def test_every_endpoint_describes_its_refusals_and_examples(world: World) -> None:
    world.app.openapi_schema = None
    described = world.app.openapi()["paths"]
    operations = [
        operation
        for path, item in described.items()
        for operation in item.values()
        if not path.endswith(FOR_WHOEVER_JOINS)
    ]

    assert len(operations) == len(ENDPOINTS)
    for operation in operations:
        problems = [
            answer["content"]["application/problem+json"]["examples"]
            for status, answer in operation["responses"].items()
            if not status.startswith("2")
        ]
        assert problems, operation["summary"]
        assert all(examples for examples in problems)


def test_a_bound_token_needs_a_fresh_proof_of_its_key_each_time_asvs_10_3_5(world: World) -> None:
    key = new_signing_key("ES256")
    token = PRESS.issue(OWNER, "shop", NOON, bound_to=key)

    def ask(scheme: str, *proofs: str) -> int:
        headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
        return int(world.client.get("/api/v1/shop/stores", headers=headers).status_code)

    def proof() -> str:
        url = f"{ISSUER}/api/v1/shop/stores"
        return write_dpop_proof(key, method="GET", url=url, now=NOON, jti=str(uuid4()), access_token=token)

    first = proof()
    assert [ask("DPoP", first), ask("DPoP", proof())] == [200, 200]
    assert [ask("DPoP", first), ask("DPoP"), ask("Bearer"), ask("Bearer", proof())] == [401] * 4


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("signed_out", "ログアウトしました"),
        ("not_signed_in", "時間がたつと自動でログアウトします"),
        ("sign_in_not_finished", "ログインが終わっていません"),
        ("provider_down", "かしまIDにつながりませんでした"),
    ],
)
def test_the_sign_in_page_says_why_and_leads_to_the_provider(world: World, reason: str, said: str) -> None:
    page = world.browser(None).get("/shop/sign-in", params={"reason": reason})

    assert (page.status_code, said in page.text) == (200, True)
    assert re.findall(r'<a class="button button-first" href="([^"]+)"', page.text) == ["/shop/sign-in/begin"]


def test_a_provider_that_does_not_answer_is_said(world: World) -> None:
    answer = world.browser(None).get("/shop/sign-in/begin")

    assert (answer.status_code, "かしまIDにつながりませんでした" in answer.text) == (503, True)
    assert "set-cookie" not in answer.headers


def test_a_browser_that_did_not_begin_does_not_come_back_signed_in_asvs_10_1_2(world: World) -> None:
    answer = world.browser(None).get("/shop/sign-in/callback?code=c&state=s&iss=https://pay.example")

    assert answer.headers["location"] == "/shop/sign-in?reason=sign_in_not_finished"
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_till_stays_signed_in_for_a_working_day_asvs_7_3_2(world: World) -> None:
    browser = world.browser(CASHIER)

    world.clock.advance(timedelta(hours=12, seconds=-1))
    assert browser.get("/shop/").status_code == 200
    world.clock.advance(timedelta(seconds=5))
    assert browser.get("/shop/").headers["location"] == NOT_SIGNED_IN


def test_a_till_has_in_a_browser_the_store_of_its_cashier(world: World) -> None:
    stores = world.browser(CASHIER).get("/api/v1/shop/stores").json()["stores"]

    assert [store["store_id"] for store in stores] == [str(NORTH.store_id)]


def test_signing_out_ends_the_sign_in_for_whoever_kept_the_cookie_asvs_7_4_1(world: World) -> None:
    browser = world.browser()
    kept = browser.cookies[COOKIE]
    assert browser.get("/shop/").status_code == 200

    answer = browser.post("/shop/sign-out")

    assert answer.headers["location"] == "/shop/sign-in?reason=signed_out"
    assert answer.headers["set-cookie"].startswith(f'{COOKIE}=""; ')
    browser.cookies.set(COOKIE, kept, domain=HOST)
    assert browser.get("/shop/").headers["location"] == NOT_SIGNED_IN


def test_a_sign_in_that_was_ended_elsewhere_is_noticed_asvs_7_4_1(world: World) -> None:
    browser, holder = world.browser(), Holder(HolderKind.SHOP, world.shop_user_ids[OWNER.subject])
    assert browser.get("/shop/").status_code == 200

    world.pay.run(lambda session: end_sessions(session, holder, now=world.clock.now()))
    world.clock.advance(timedelta(seconds=5))

    assert browser.get("/shop/").headers["location"] == NOT_SIGNED_IN


def test_the_cookie_of_the_wallet_opens_nothing_here_asvs_7_2_1(world: World) -> None:
    browser = world.browser(None)
    holder = _resident(world)
    browser.cookies.set(COOKIE, signed_in_cookie(world.pay, holder, NOON), domain=HOST)

    assert browser.get("/shop/").headers["location"] == NOT_SIGNED_IN
    assert browser.get("/api/v1/shop/stores").status_code == 401


def test_a_resident_in_a_browser_is_no_shop_user_asvs_8_2_2(world: World) -> None:
    browser = world.browser(None)
    cookie = signed_in_cookie(world.pay, _resident(world), NOON, client_id="shop")
    browser.cookies.set(COOKIE, cookie, domain=HOST)

    page, answer = browser.get("/shop/"), browser.get("/api/v1/shop/stores")

    assert (page.status_code, "not_a_shop_user" in page.text) == (403, True)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_shop_user")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://pay.example", "null", ""])
def test_with_the_cookie_only_our_own_pages_charge_asvs_3_5_1(world: World, origin: str) -> None:
    body = {"code": world.code(), "amount_yen": 1_280}
    headers = {"Origin": origin, "Idempotency-Key": "k"}

    answer = world.browser(CASHIER).post("/api/v1/shop/charges", json=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_ours")
    assert world.rows("SELECT count(*) FROM payments.payments") == [(0,)]


def _resident(world: World) -> Holder:
    world.staff.run(lambda session: import_residents(session, [TARO], now=NOON))
    return Holder(HolderKind.RESIDENT, TARO.person_id)
