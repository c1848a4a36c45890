"""Buying over JSON: units are held first, vouchers exist only once the money has arrived."""

from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from kashiman.demo.stripe_double.process import RunningDouble
from tests.wallet_api.world import World

KONBINI = {"method": "konbini", "billing_name": "鹿島太郎", "billing_email": "taro@example.jp"}


def bought(api: TestClient, world: World, key: str = "k1", **body: Any) -> Any:
    document = {"grant_id": str(world.grant_id), "units": 2, "method": "card", **body}
    return api.post("purchases", json=document, headers={"Idempotency-Key": key})


def units_left(api: TestClient) -> int:
    return int(api.get("grants").json()[0]["units_left"])


def test_a_purchase_by_card_awaits_its_payment_and_gives_the_secret_of_the_card_form(
    api: TestClient, world: World
) -> None:
    answer = bought(api, world)
    assert answer.status_code == 201
    purchase = answer.json()
    assert purchase == {
        "purchase_id": purchase["purchase_id"],
        "units": 2,
        "amount_yen": 8000,
        "method": "card",
        "state": "awaiting_payment",
        "expires_at": "2026-11-30T15:00:00Z",
        "client_secret": purchase["client_secret"],
        "slip": None,
    }
    assert purchase["client_secret"].startswith("pi_")
    assert api.get("purchases").json() == [{**purchase, "client_secret": None}]
    assert units_left(api) == 1
    assert api.get("wallet").json()["usable_yen"] == 8000


def test_a_purchase_at_the_convenience_store_gives_numbers_for_every_chain(api: TestClient, world: World) -> None:
    purchase = bought(api, world, **KONBINI).json()
    assert (purchase["state"], purchase["client_secret"]) == ("awaiting_payment", None)
    assert set(purchase["slip"]["stores"]) == {"familymart", "lawson", "ministop", "seicomart"}
    assert purchase["slip"]["stores"]["lawson"]["payment_code"].isdigit()
    assert purchase["expires_at"] == purchase["slip"]["expires_at"]
    assert api.get("purchases").json() == [purchase]


def test_the_same_key_gives_the_same_purchase_again(api: TestClient, world: World) -> None:
    first = bought(api, world)
    again = bought(api, world)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(api.get("purchases").json()) == 1
    other = bought(api, world, units=1)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused_with_other_content")


def test_when_the_provider_is_down_the_purchase_stays_requested_and_the_same_key_asks_again(
    api: TestClient, world: World, double: RunningDouble
) -> None:
    double.control.fail_next(503)
    waiting = bought(api, world)
    assert waiting.status_code == 201
    assert (waiting.json()["state"], waiting.json()["client_secret"]) == ("requested", None)
    assert units_left(api) == 1
    again = bought(api, world)
    assert again.json()["purchase_id"] == waiting.json()["purchase_id"]
    assert again.json()["state"] == "awaiting_payment"
    assert again.headers["idempotency-replayed"] == "true"


def test_what_the_provider_refuses_frees_the_units(api: TestClient, world: World, double: RunningDouble) -> None:
    double.control.activate("card")
    try:
        refused = bought(api, world, **KONBINI)
    finally:
        double.control.activate("card", "konbini")
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_method_not_offered")
    assert units_left(api) == 3
    assert [purchase["state"] for purchase in api.get("purchases").json()] == ["failed"]


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"units": 4}, 409, "units_exceed_grant"),
    ({"grant_id": str(UUID(int=9))}, 404, "grant_unknown"),
    ({"method": "konbini"}, 422, "billing_name_or_email_missing"),
    ({**KONBINI, "billing_name": "鹿島😀"}, 422, "billing_name_not_printable_at_konbini"),
    ({"method": "counter"}, 422, "fields_invalid"),
    ({"units": "2"}, 422, "fields_invalid"),
]


def test_a_refused_purchase_holds_nothing(api: TestClient, world: World) -> None:
    for body, status, code in REFUSED:
        refused = bought(api, world, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert refused.headers["content-type"] == "application/problem+json"
    assert units_left(api) == 3
    assert api.get("purchases").json() == []


def test_a_purchase_needs_a_key(api: TestClient, world: World) -> None:
    refused = api.post("purchases", json={"grant_id": str(world.grant_id), "units": 1, "method": "card"})
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")
