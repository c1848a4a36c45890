from collections.abc import Callable
from datetime import timedelta

import pytest

from identity.model import HolderKind, SignedIn, StaffRole
from tests.identity.people import TARO
from tests.merchant_portal.letters import code_of_cashier, code_of_resident
from tests.merchant_portal.world import OWNER, WALLET, World
from tests.merchants.shops import NORTH

ENDPOINTS: list[tuple[str, str]] = [
    ("POST", "/charges"),
    ("POST", "/payments/00000000-0000-7000-8000-000000000000/void"),
    ("POST", "/payments/00000000-0000-7000-8000-000000000000/refunds"),
    ("GET", "/takings"),
    ("GET", "/statements"),
    ("GET", "/statements/00000000-0000-7000-8000-000000000000"),
    ("GET", "/statements/00000000-0000-7000-8000-000000000000/statement.csv"),
    ("GET", "/stores"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters/AAAAAAAA"),
    ("GET", "/stores/00000000-0000-7000-8000-000000000000/posters/AAAAAAAA.svg"),
]
RESIDENT = SignedIn(kind=HolderKind.RESIDENT, subject=TARO.person_id, display_name="鹿島 太郎", wallet_id=WALLET)
CLERK = SignedIn(
    kind=HolderKind.STAFF, subject=TARO.person_id, display_name="会計", roles=frozenset({StaffRole.FINANCE})
)


def test_a_shop_user_signs_in_with_a_code_and_acts_with_the_token(world: World) -> None:
    answer = world.client.post("/api/v1/shop/sign-in", json={"code": code_of_cashier(world)})

    assert answer.status_code == 200
    document = answer.json()
    token = document.pop("access_token")
    assert document == {
        "token_type": "Bearer",
        "expires_in": 600,
        "display_name": "北店レジ",
        "role": "cashier",
        "store_id": str(NORTH.store_id),
    }
    stores = world.client.get("/api/v1/shop/stores", headers={"Authorization": f"Bearer {token}"})
    assert [store["store_id"] for store in stores.json()["stores"]] == [str(NORTH.store_id)]


def test_a_residents_code_does_not_open_the_portal(world: World) -> None:
    answer = world.client.post("/api/v1/shop/sign-in", json={"code": code_of_resident(world)})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_shop_user")


@pytest.mark.parametrize(
    ("make_code", "status", "code"),
    [
        (lambda right: "???", 400, "sign_in_code_unreadable"),
        (lambda right: right[:-1] + ("0" if right[-1] != "0" else "1"), 401, "sign_in_code_wrong"),
    ],
)
def test_another_code_does_not_open_the_portal(
    world: World, make_code: Callable[[str], str], status: int, code: str
) -> None:
    answer = world.client.post("/api/v1/shop/sign-in", json={"code": make_code(code_of_cashier(world))})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_five_wrong_tries_lock_the_code(world: World) -> None:
    right = code_of_cashier(world)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for _ in range(5):
        world.client.post("/api/v1/shop/sign-in", json={"code": wrong})

    answer = world.client.post("/api/v1/shop/sign-in", json={"code": right})

    assert (answer.status_code, answer.json()["code"]) == (429, "sign_in_locked")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_asvs_8_2_2_every_endpoint_wants_a_token_for_shops(world: World, method: str, path: str) -> None:
    def ask(token: str | None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers["Idempotency-Key"] = "k"
        body = {"code": "x", "amount_yen": 1} if path == "/charges" else {"amount_yen": 1}
        json = body if method == "POST" and not path.endswith("void") else None
        answer = world.client.request(method, f"/api/v1/shop{path}", headers=headers, json=json)
        return answer.status_code, answer.json()["code"]

    assert ask(None) == (401, "token_missing")
    assert ask(world.token(OWNER, audience="wallet")) == (401, "token_invalid")
    assert ask(world.token(RESIDENT)) == (403, "not_a_shop_user")
    assert ask(world.token(CLERK)) == (403, "not_a_shop_user")
    expiring = world.token(OWNER, lifetime_s=60)
    world.clock.advance(timedelta(seconds=60))
    assert ask(expiring) == (401, "token_expired")


def test_every_endpoint_describes_its_refusals_and_examples(world: World) -> None:
    world.app.openapi_schema = None
    described = world.app.openapi()["paths"]
    operations = [operation for path in described.values() for operation in path.values()]

    assert len(operations) == len(ENDPOINTS) + 1
    for operation in operations:
        problems = [
            answer["content"]["application/problem+json"]["examples"]
            for status, answer in operation["responses"].items()
            if not status.startswith("2")
        ]
        assert problems, operation["summary"]
        assert all(examples for examples in problems)
