from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.clock import city_time
from payments.codes.payment_number import payment_number
from tests.merchant_portal.world import BAKER, CASHIER, OWNER, TODAY, World
from tests.merchants.shops import CORNER, NORTH, SOUTH


def said(payment: Any) -> dict[str, str]:
    """What every movement of a payment says about it."""
    payment_id = payment["payment_id"]
    number = payment_number(UUID(payment_id))
    return {"payment_id": payment_id, "number": number, "match_phrase": payment["match_phrase"]}


def test_a_day_shows_what_was_taken_and_given_back_newest_first(world: World) -> None:
    kept = world.charge(1_280)
    world.clock.advance(timedelta(minutes=5))
    taken_back = world.charge(700, SOUTH.store_id)
    world.clock.advance(timedelta(minutes=5))
    reversal = world.post(f"/payments/{taken_back['payment_id']}/void", None, OWNER).json()

    answer = world.get("/takings?day=2026-11-20")

    assert answer.status_code == 200
    south = {"store_id": str(SOUTH.store_id), "store_name": "まるかマーケット 浜店"}
    north = {"store_id": str(NORTH.store_id), "store_name": "まるかマーケット 北店"}
    second = said(taken_back) | south
    first = said(kept) | north
    assert answer.json() == {
        "day": "2026-11-20",
        "payment_count": 2,
        "taken_yen": 1980,
        "given_back_yen": 700,
        "net_yen": 1280,
        "movements": [
            {"kind": "void", "id": reversal["reversal_id"], "amount_yen": -700, "at": "2026-11-20T03:10:00Z", **second},
            {
                "kind": "payment",
                "id": taken_back["payment_id"],
                "amount_yen": 700,
                "at": "2026-11-20T03:05:00Z",
                **second,
            },
            {"kind": "payment", "id": kept["payment_id"], "amount_yen": 1280, "at": "2026-11-20T03:00:00Z", **first},
        ],
    }


def test_without_a_day_it_is_today_and_days_change_at_midnight_in_the_city(world: World) -> None:
    world.clock.at = city_time(TODAY, 23, 59, 59)
    late = world.charge(100)
    world.clock.at = city_time(TODAY + timedelta(days=1))
    early = world.charge(200)

    today = world.get("/takings").json()
    yesterday = world.get("/takings?day=2026-11-20").json()

    assert (today["day"], [each["id"] for each in today["movements"]]) == ("2026-11-21", [early["payment_id"]])
    assert (yesterday["day"], [each["id"] for each in yesterday["movements"]]) == ("2026-11-20", [late["payment_id"]])


def test_a_refund_counts_on_the_day_it_is_given(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    world.clock.advance(timedelta(days=2))
    world.post(f"/payments/{payment_id}/refunds", {"amount_yen": 300})

    answer = world.get("/takings").json()

    sums = {name: answer[name] for name in ("payment_count", "taken_yen", "given_back_yen", "net_yen")}
    assert sums == {"payment_count": 0, "taken_yen": 0, "given_back_yen": 300, "net_yen": -300}
    assert [(each["kind"], each["amount_yen"]) for each in answer["movements"]] == [("refund", -300)]


def test_a_cashier_bound_to_one_store_sees_that_store_alone(world: World) -> None:
    world.charge(100, SOUTH.store_id)
    own = world.charge(200, NORTH.store_id)

    answer = world.get("/takings", CASHIER).json()

    assert [each["id"] for each in answer["movements"]] == [own["payment_id"]]
    assert answer["net_yen"] == 200


def test_asvs_8_2_2_nobody_sees_the_takings_of_another_merchant(world: World) -> None:
    world.charge(100, NORTH.store_id)
    own = world.charge(200, CORNER.store_id, BAKER)

    assert [each["id"] for each in world.get("/takings", BAKER).json()["movements"]] == [own["payment_id"]]
    assert [each["amount_yen"] for each in world.get("/takings", OWNER).json()["movements"]] == [100]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_cannot_be_asked_for_is_refused(world: World, day: str) -> None:
    answer = world.get(f"/takings?day={day}")

    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["day"]})


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2199, 12, 31)])
def test_the_first_and_the_last_day_that_can_be_asked_for_are_empty(world: World, day: date) -> None:
    assert world.get(f"/takings?day={day}").json()["movements"] == []
