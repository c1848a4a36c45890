"""The wallet over JSON: what is there, paying, what was paid, the code for the till."""

from fastapi.testclient import TestClient

from tests.wallet_api.world import World, lot_id


def test_lots_are_told_in_the_order_in_which_they_will_be_spent(api: TestClient, world: World) -> None:
    wallet = api.get("wallet").json()
    assert (wallet["usable_yen"], wallet["total_yen"]) == (8000, 18000)
    assert [(lot["lot_id"], lot["left_yen"], lot["usable_today"]) for lot in wallet["lots"]] == [
        (str(lot_id("soon")), 5000, True),
        (str(lot_id("small")), 3000, True),
        (str(lot_id("later")), 10000, False),
    ]
    assert wallet["lots"][1] == {
        "lot_id": str(lot_id("small")),
        "campaign_id": str(world.winter_id),
        "usable_at": "small_shops",
        "first_day": "2026-11-01",
        "last_day": "2027-02-28",
        "issued_yen": 3000,
        "left_yen": 3000,
        "usable_today": True,
    }


def test_a_payment_is_answered_with_shop_amount_time_and_phrase(api: TestClient, world: World) -> None:
    body = {"code": world.bakery_code, "amount_yen": 1280}
    paid = api.post("payments", json=body, headers={"Idempotency-Key": "k1"})
    assert paid.status_code == 201
    payment = paid.json()
    assert payment == {
        "payment_id": payment["payment_id"],
        "amount_yen": 1280,
        "store_id": payment["store_id"],
        "store_name": "松尾パン店",
        "paid_at": "2026-11-20T05:05:00+00:00",
        "match_phrase": payment["match_phrase"],
    }
    again = api.post("payments", json=body, headers={"Idempotency-Key": "k1"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (payment, "true")
    (movement,) = api.get("history").json()["movements"]
    assert (movement["kind"], movement["payment_id"], movement["amount_yen"]) == (
        "payment",
        payment["payment_id"],
        1280,
    )
    assert movement["match_phrase"] == payment["match_phrase"]
    assert api.get("wallet").json()["usable_yen"] == 6720


def test_at_a_large_shop_only_what_it_may_take_counts(api: TestClient, world: World) -> None:
    body = {"code": world.market_code, "amount_yen": 5001}
    refused = api.post("payments", json=body, headers={"Idempotency-Key": "k1"})
    assert refused.status_code == 409
    assert refused.json()["facts"] == {"asked_yen": 5001, "usable_yen": 5000, "total_yen": 18000}
    assert api.get("wallet").json()["total_yen"] == 18000


def test_an_amount_is_a_whole_number_of_yen_asvs_2_2_1(api: TestClient, world: World) -> None:
    for amount_yen, code in (
        (0, "amount_out_of_range"),
        ("1200", "amount_not_whole_yen"),
        (1.0, "amount_not_whole_yen"),
    ):
        body = {"code": world.bakery_code, "amount_yen": amount_yen}
        refused = api.post("payments", json=body, headers={"Idempotency-Key": "k1"})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_forged_shop_code_is_refused_asvs_2_2_2(api: TestClient, world: World) -> None:
    forged = world.bakery_code.replace("Matsuo", "Matsua")
    body = {"code": forged, "amount_yen": 100}
    refused = api.post("payments", json=body, headers={"Idempotency-Key": "k1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "code_checksum_wrong")


def test_a_code_for_the_till_lives_for_a_minute(api: TestClient) -> None:
    code = api.post("codes")
    assert code.status_code == 201
    assert code.json()["expires_at"] == "2026-11-20T05:06:00Z"
    assert code.json()["code"].startswith("KSP1")
    assert code.json()["svg"].startswith("<svg ")
