from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from identity.model import SignedIn
from kernel.clock import city_time
from tests.merchant_portal.world import BAKER, CASHIER, OWNER, TODAY, World
from tests.merchants.shops import CORNER, NORTH, SOUTH

LATER = timedelta(hours=2)


def void(world: World, payment_id: str, person: SignedIn = CASHIER, key: str | None = "void-1") -> Any:
    return world.post(f"/payments/{payment_id}/void", None, person, key)


def refund(
    world: World, payment_id: str, amount_yen: int, person: SignedIn = OWNER, key: str | None = "refund-1"
) -> Any:
    return world.post(f"/payments/{payment_id}/refunds", {"amount_yen": amount_yen}, person, key)


@pytest.mark.parametrize("person", [CASHIER, OWNER])
def test_cashier_and_owner_void_a_payment_of_the_day(world: World, person: SignedIn) -> None:
    payment = world.charge(1_280)
    world.clock.advance(LATER)

    answer = void(world, payment["payment_id"], person)

    assert answer.status_code == 201
    assert answer.json() == {
        "reversal_id": answer.json()["reversal_id"],
        "payment_id": payment["payment_id"],
        "amount_yen": 1280,
        "reversed_at": "2026-11-20T05:00:00Z",
        "match_phrase": payment["match_phrase"],
    }
    statement = "SELECT id, payment_id, kind, amount_yen, reversed_by FROM payments.reversals"
    ids = (UUID(answer.json()["reversal_id"]), UUID(payment["payment_id"]))
    assert world.rows(statement) == [(*ids, "void", 1280, person.subject)]


def test_a_void_under_the_same_key_answers_the_same_and_happens_once(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    first = void(world, payment_id)
    world.clock.advance(LATER)

    again = void(world, payment_id)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(1,)]


def test_a_second_void_is_refused_and_stays_refused_under_its_key(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    void(world, payment_id)

    refused = void(world, payment_id, key="void-2")

    assert (refused.status_code, refused.json()["code"]) == (409, "payment_already_reversed")
    assert refused.json()["facts"] == {"paid_yen": 1280, "reversed_yen": 1280}
    assert void(world, payment_id, key="void-2").json() == refused.json()
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(1,)]


def test_on_the_next_day_a_void_is_refused(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    world.clock.at = city_time(TODAY + timedelta(days=1), 0)
    before = world.money_rows()

    answer = void(world, payment_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "void_only_on_same_day")
    assert answer.json()["facts"] == {"paid_on": "2026-11-20", "asked_on": "2026-11-21"}
    assert world.money_rows() == before


def test_the_owner_refunds_in_parts_and_never_more_than_was_paid(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    world.clock.advance(timedelta(days=3))

    first = refund(world, payment_id, 1_000, key="a")
    too_much = refund(world, payment_id, 281, key="b")
    rest = refund(world, payment_id, 280, key="c")

    assert (first.status_code, first.json()["amount_yen"]) == (201, 1000)
    assert (too_much.status_code, too_much.json()["code"]) == (409, "refund_exceeds_payment")
    assert too_much.json()["facts"] == {"asked_yen": 281, "left_yen": 280}
    assert (rest.status_code, rest.json()["amount_yen"]) == (201, 280)
    statement = "SELECT kind, amount_yen, reversed_by FROM payments.reversals ORDER BY amount_yen"
    assert world.rows(statement) == [("refund", 280, OWNER.subject), ("refund", 1000, OWNER.subject)]


def test_a_refund_under_the_same_key_answers_the_same_and_happens_once(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    first = refund(world, payment_id, 500)

    again = refund(world, payment_id, 500)
    other_content = refund(world, payment_id, 501)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other_content.status_code, other_content.json()["code"]) == (422, "key_reused_with_other_content")
    assert world.rows("SELECT amount_yen FROM payments.reversals") == [(500,)]


def test_a_cashier_may_not_refund(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    before = world.money_rows()

    answer = refund(world, payment_id, 100, CASHIER)

    assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")
    assert world.money_rows() == before


@pytest.mark.parametrize(
    ("store_id", "charged_by", "person"),
    [
        (CORNER.store_id, BAKER, OWNER),
        (CORNER.store_id, BAKER, CASHIER),
        (NORTH.store_id, OWNER, BAKER),
        (SOUTH.store_id, OWNER, CASHIER),
    ],
)
def test_asvs_8_2_2_a_payment_of_another_store_cannot_be_voided_and_looks_like_none(
    world: World, store_id: UUID, charged_by: SignedIn, person: SignedIn
) -> None:
    payment_id = world.charge(1_280, store_id, charged_by)["payment_id"]
    nobodys_id = str(uuid4())
    before = world.money_rows()

    others = void(world, payment_id, person, key="a")
    nobodys = void(world, nobodys_id, person, key="b")

    assert (others.status_code, others.json()["facts"]) == (404, {"payment_id": payment_id})
    assert nobodys.json() == others.json() | {"facts": {"payment_id": nobodys_id}}
    assert world.money_rows() == before


def test_asvs_8_2_2_a_payment_of_another_merchant_cannot_be_refunded_and_looks_like_none(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    nobodys_id = str(uuid4())
    before = world.money_rows()

    others = refund(world, payment_id, 100, BAKER, key="a")
    nobodys = refund(world, nobodys_id, 100, BAKER, key="b")

    assert (others.status_code, others.json()["facts"]) == (404, {"payment_id": payment_id})
    assert nobodys.json() == others.json() | {"facts": {"payment_id": nobodys_id}}
    assert world.money_rows() == before


@pytest.mark.parametrize("amount", ["100", 1.5, 0, -5])
def test_a_refund_is_a_whole_number_of_yen(world: World, amount: object) -> None:
    payment_id = world.charge(1_280)["payment_id"]

    answer = world.post(f"/payments/{payment_id}/refunds", {"amount_yen": amount})

    assert answer.status_code == 422
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]


def test_voids_and_refunds_carry_a_key(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]

    answers = [void(world, payment_id, key=None), refund(world, payment_id, 100, key=None)]

    assert [answer.json()["code"] for answer in answers] == ["idempotency_key_missing"] * 2
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]
