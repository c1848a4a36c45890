import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from merchants.operations.suspend_merchant import suspend_merchant
from payments.codes.match_phrase import match_phrase
from tests.merchant_portal.world import BAKER, CASHIER, CLERK, NOON, OWNER, WALLET, World
from tests.merchants.shops import CORNER, MARKET, NORTH, SOUTH


def body(world: World, amount_yen: int = 1_280, **facts: object) -> dict[str, object]:
    return {"code": world.code(), "amount_yen": amount_yen, **facts}


def test_a_cashier_charges_the_code_that_a_resident_shows(world: World) -> None:
    answer = world.post("/charges", body(world), CASHIER)

    assert answer.status_code == 201
    payment_id = answer.json()["payment_id"]
    assert answer.json() == {
        "payment_id": payment_id,
        "amount_yen": 1280,
        "store_id": str(NORTH.store_id),
        "store_name": "まるかマーケット 北店",
        "paid_at": "2026-11-20T03:00:00+00:00",
        "match_phrase": match_phrase(UUID(payment_id)),
    }
    assert "Idempotency-Replayed" not in answer.headers
    statement = "SELECT wallet_id, merchant_id, channel, amount_yen, paid_at, charged_by FROM payments.payments"
    assert world.rows(statement) == [(WALLET, MARKET.merchant_id, "cpm", 1280, NOON, CASHIER.subject)]


def test_a_code_may_be_typed_with_spaces_and_small_letters(world: World) -> None:
    code = world.code().lower()
    typed = " ".join(code[start : start + 4] for start in range(0, 32, 4))

    assert world.post("/charges", {"code": typed, "amount_yen": 1}, CASHIER).status_code == 201


def test_the_same_key_gives_the_same_answer_and_charges_once(world: World) -> None:
    asked = body(world)
    first = world.post("/charges", asked, CASHIER)
    world.clock.advance(timedelta(minutes=10))

    again = world.post("/charges", asked, CASHIER)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert world.rows("SELECT count(*) FROM payments.payments") == [(1,)]


def test_the_same_key_with_another_amount_is_refused(world: World) -> None:
    asked = body(world)
    world.post("/charges", asked, CASHIER)

    answer = world.post("/charges", asked | {"amount_yen": 1_281}, CASHIER)

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused_with_other_content")
    assert world.rows("SELECT amount_yen FROM payments.payments") == [(1280,)]


def test_a_decline_burns_the_code_and_the_key(world: World) -> None:
    asked = body(world, 20_001)
    before = world.money_rows()

    declined = world.post("/charges", asked, CASHIER, key="key-1")
    same_key = world.post("/charges", asked, CASHIER, key="key-1")
    same_code = world.post("/charges", asked | {"amount_yen": 100}, CASHIER, key="key-2")

    assert (declined.status_code, declined.json()["code"]) == (409, "customer_value_not_enough")
    assert declined.json()["facts"] == {"asked_yen": 20_001}
    assert same_key.json() == declined.json()
    assert (same_code.status_code, same_code.json()["code"]) == (409, "consumer_code_used")
    assert world.money_rows() == before


def test_a_code_that_cannot_be_read_is_refused_before_anything_and_burns_nothing(world: World) -> None:
    good = world.code()
    misread = good[:-1] + ("0" if good[-1] != "0" else "1")

    no = world.post("/charges", {"code": misread, "amount_yen": 100}, OWNER)
    yes = world.post("/charges", {"code": good, "amount_yen": 100}, CASHIER)

    assert (no.status_code, no.json()["code"]) == (422, "code_unreadable")
    assert yes.status_code == 201


def test_an_old_code_and_a_code_never_issued_are_refused(world: World) -> None:
    old = world.code()
    world.clock.advance(timedelta(seconds=70))

    expired = world.post("/charges", {"code": old, "amount_yen": 100}, CASHIER, key="a")
    unknown = world.post("/charges", {"code": "KSP10000000000000000000000000000", "amount_yen": 100}, CASHIER, key="b")

    assert (expired.status_code, expired.json()["code"]) == (409, "consumer_code_expired")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "consumer_code_unknown")


def test_who_acts_at_several_stores_names_one(world: World) -> None:
    asked = body(world)

    unnamed = world.post("/charges", asked, OWNER)
    named = world.post("/charges", asked | {"store_id": str(SOUTH.store_id)}, OWNER)

    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "store_not_chosen")
    assert (named.status_code, named.json()["store_name"]) == (201, "まるかマーケット 浜店")


def test_who_has_one_store_need_not_name_it(world: World) -> None:
    assert world.post("/charges", body(world), BAKER).json()["store_id"] == str(CORNER.store_id)


@pytest.mark.parametrize(
    ("person", "store_id"), [(OWNER, CORNER.store_id), (BAKER, NORTH.store_id), (CASHIER, SOUTH.store_id)]
)
def test_asvs_8_2_2_nobody_charges_for_a_store_that_is_not_theirs(world: World, person: object, store_id: UUID) -> None:
    asked = body(world, store_id=str(store_id))
    before = world.money_rows()

    answer = world.post("/charges", asked, person)  # type: ignore[arg-type]
    unknown_id = uuid4()
    unknown = world.post("/charges", asked | {"store_id": str(unknown_id)}, person)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]) == (
        404,
        "store_unknown",
        {"store": str(store_id)},
    )
    assert unknown.json() == answer.json() | {"facts": {"store": str(unknown_id)}}
    assert world.money_rows() == before


def test_a_suspended_shop_takes_nothing(world: World) -> None:
    world.staff.run(
        lambda session: suspend_merchant(session, MARKET.merchant_id, by=CLERK, reason="調査", now=world.clock.now())
    )

    answer = world.post("/charges", body(world), CASHIER)

    assert (answer.status_code, answer.json()["code"]) == (409, "merchant_suspended")


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        *[(amount, "amount_not_whole_yen") for amount in ("1280", 1.5, True)],
        *[(amount, "amount_out_of_range") for amount in (0, -1, 10_000_000_000)],
    ],
)
def test_an_amount_is_a_whole_number_of_yen(world: World, amount: object, code: str) -> None:
    answer = world.post("/charges", {"code": "x", "amount_yen": amount}, CASHIER)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(("key", "code"), [(None, "idempotency_key_missing"), ("", "idempotency_key_malformed")])
def test_a_charge_carries_a_key(world: World, key: str | None, code: str) -> None:
    answer = world.post("/charges", {"code": "x", "amount_yen": 1}, CASHIER, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_two_requests_under_one_key_at_once_charge_once(world: World) -> None:
    asked = body(world)
    headers = {"Authorization": f"Bearer {world.token(CASHIER)}", "Idempotency-Key": "double-click"}

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=world.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await asyncio.gather(
                *(client.post("/api/v1/shop/charges", json=asked, headers=headers) for _ in range(2))
            )

    answers = asyncio.run(both())

    codes = {answer.status_code for answer in answers}
    assert 201 in codes
    assert codes <= {201, 409}
    assert all(answer.json()["code"] == "request_in_progress" for answer in answers if answer.status_code == 409)
    assert world.rows("SELECT amount_yen FROM payments.payments") == [(1280,)]
