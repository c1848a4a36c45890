"""Cash at the counter becomes a voucher, once."""

from datetime import timedelta
from typing import Any

from identity.model import StaffRole
from ledger.queries import wallet_lots
from tests.issuance.market import PAY_UNTIL, PAYING, contents, wallet
from tests.staff_console.world import World

HELP = StaffRole.HELP


def grant_of(world: World, number: int) -> Any:
    (grant,) = world.market.grants(number)
    return grant


def sell(world: World, number: int, units: int, key: str | None = "sale-1") -> Any:
    body = {"grant_id": str(grant_of(world, number).grant_id), "units": units}
    return world.post("/counter-sales", HELP, key=key, json=body)


def test_a_receipt_number_shows_what_its_holder_may_buy_however_it_is_typed(world: World) -> None:
    world.selling()
    grant = grant_of(world, 0)
    expected = {
        "grant_id": str(grant.grant_id),
        "round_id": str(world.market.round_id),
        "receipt": grant.receipt,
        "origin": "draw",
        "units": grant.units,
        "units_left": grant.units,
        "price_yen": 4000,
        "face_yen": 5000,
        "pay_from": "2023-09-15T15:00:00Z",
        "pay_until": "2023-09-30T15:00:00Z",
        "is_payable": True,
    }
    spoken = f" {grant.receipt[:4]}-{grant.receipt[4:8].lower()} {grant.receipt[8:]}"
    for typed in (grant.receipt, spoken):
        assert world.get("/grants", HELP, params={"receipt": typed}).json() == {"grants": [expected]}
    assert world.get("/grants", HELP, params={"receipt": "ZZZZ"}).json() == {"grants": []}


def test_a_sale_answers_its_parts_and_puts_the_lot_into_the_wallet(world: World) -> None:
    world.selling()
    answer = sell(world, 0, 2)
    assert answer.status_code == 201
    assert answer.json() == {
        "purchase_id": answer.json()["purchase_id"],
        "grant_id": str(grant_of(world, 0).grant_id),
        "units": 2,
        "cash_yen": 8000,
        "premium_yen": 2000,
        "issued_yen": 10000,
        "sold_at": "2023-09-18T03:00:00Z",
    }
    (lot,) = world.staff.run(lambda session: wallet_lots(session, wallet(0)))
    assert (lot.paid_left_yen, lot.premium_left_yen) == (8_000, 2_000)


def test_the_same_key_sells_once_and_other_content_is_refused(world: World) -> None:
    world.selling()
    first = sell(world, 0, 2)
    before = contents(world.staff)
    again = sell(world, 0, 2)
    assert (again.status_code, again.json()) == (201, first.json())
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    other = sell(world, 0, 1)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused_with_other_content")
    assert contents(world.staff) == before


def test_a_sale_without_a_key_is_refused_and_changes_nothing(world: World) -> None:
    world.selling()
    before = contents(world.staff)
    answer = sell(world, 0, 1, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert contents(world.staff) == before


def test_more_units_than_are_left_are_refused_and_the_key_is_burnt(world: World) -> None:
    world.selling()
    granted = grant_of(world, 0).units
    before = contents(world.staff)
    refused = sell(world, 0, granted + 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "units_exceed_grant")
    assert refused.json()["facts"] == {"asked_units": granted + 1, "left_units": granted}
    assert sell(world, 0, granted + 1).json() == refused.json()
    assert contents(world.staff) == before


def test_after_the_pay_window_no_cash_is_taken(world: World) -> None:
    world.selling()
    world.clock.at = PAY_UNTIL
    grants = world.get("/grants", HELP, params={"receipt": grant_of(world, 0).receipt}).json()["grants"]
    assert [grant["is_payable"] for grant in grants] == [False]
    answer = sell(world, 0, 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "pay_window_not_open")


def test_the_form_sells_once_when_it_is_sent_twice(world: World) -> None:
    world.selling()
    grant = grant_of(world, 0)
    world.signs_in_at_the_browser(HELP)
    assert "現金 8,000円" in world.page(f"/counter?receipt={grant.receipt}")
    fields = {"form_key": "form-1", "grant_id": str(grant.grant_id), "units": "2"}
    first, second = world.submit("/counter/sales", **fields), world.submit("/counter/sales", **fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    done = world.page(first.headers["location"].removeprefix("/staff"))
    assert "8,000円" in done
    assert "10,000円" in done
    (lot,) = world.staff.run(lambda session: wallet_lots(session, wallet(0)))
    assert lot.issued_yen == 10_000


def test_a_refused_form_says_that_no_money_moved_and_what_to_do_with_the_cash(world: World) -> None:
    world.selling()
    grant = grant_of(world, 0)
    world.signs_in_at_the_browser(HELP)
    before = contents(world.staff)
    fields = {"form_key": "form-2", "grant_id": str(grant.grant_id), "units": str(grant.units + 1)}
    answer = world.submit("/counter/sales", **fields)
    assert answer.status_code == 409
    assert "お金は動いていません" in answer.text
    assert "現金を受け取っていたら返してください" in answer.text
    assert contents(world.staff) == before


def test_a_receipt_that_won_nothing_tells_the_clerk_to_take_no_cash(world: World) -> None:
    world.signs_in_at_the_browser(HELP)
    text = world.page("/counter?receipt=<script>")
    assert "現金は受け取らないでください" in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


def test_a_purchase_that_was_not_made_at_a_counter_is_not_shown_as_one(world: World) -> None:
    world.selling()
    purchase = world.market.bought(0, 1, now=PAYING + timedelta(minutes=1))
    world.signs_in_at_the_browser(HELP)
    answer = world.client.get(f"/staff/counter/sales/{purchase.id}")
    assert answer.status_code == 404
    assert "sentence for purchase_unknown" in answer.text
