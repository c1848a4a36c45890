"""What the finance desk does with closings and payouts."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from identity.model import StaffRole
from kernel.clock import city_time
from merchants.operations.register_merchants import register_merchants
from settlement.queries import payout_file
from settlement.zengin.read_transfer_file import read_transfer_file
from tests.issuance.market import contents
from tests.merchants.shops import BAKERY, CORNER, MARKET
from tests.staff_console.world import CLOSING_AT, CUTOFF, PAY_DAY, SHOPPING_AT, World

AUDIT, FINANCE = StaffRole.AUDIT, StaffRole.FINANCE
SETTLEMENT = [f"settlement.{table}" for table in ("closings", "statements", "payouts", "payout_items", "payout_events")]


def payout_of(world: World, closing_id: str) -> Any:
    (payout,) = world.get(f"/closings/{closing_id}", FINANCE).json()["payouts"]
    return payout


def test_a_closing_is_shown_with_sums_that_agree(world: World) -> None:
    world.shopping()
    closed = world.closes()
    summary = {
        "closing_id": closed["closing_id"],
        "number": 1,
        "cutoff_day": "2023-09-30",
        "pay_day": "2023-10-16",
        "closed_at": "2023-10-02T00:00:00Z",
        "closed_by": "finance さん",
        "file_count": 1,
        "paid_merchant_count": 2,
        "paid_yen": 5058,
        "carried_over_count": 0,
        "carried_over_yen": 0,
    }
    assert closed == {"closing_id": closed["closing_id"], "number": 1}
    assert world.get("/closings", FINANCE).json() == {"closings": [summary]}
    answer = world.get(f"/closings/{closed['closing_id']}", AUDIT).json()
    (payout,) = answer.pop("payouts")
    answer.pop("statements")
    assert answer == summary
    assert {name: value for name, value in payout.items() if name not in {"payout_id", "file_sha256"}} == {
        "closing_id": closed["closing_id"],
        "number": 1,
        "pay_day": "2023-10-16",
        "state": "exported",
        "is_reissue": False,
        "item_count": 2,
        "items_yen": 5058,
        "file_yen": 5058,
        "put_in_flight_yen": 5058,
        "left_in_flight_yen": 5058,
        "agrees": True,
        "file_name": "sougou-20231016-00001.txt",
    }


def test_a_closing_is_shown_with_its_statements(world: World) -> None:
    world.shopping()
    statements = world.get(f"/closings/{world.closes()['closing_id']}", AUDIT).json()["statements"]
    rows = [
        (each["merchant_code"], each["merchant_name"], each["payment_count"], each["net_yen"]) for each in statements
    ]
    assert rows == [("M0001", "株式会社まるかマーケット", 2, 4281), ("M0002", "松尾パン店　松尾一郎", 1, 777)]
    assert statements[1] == {
        "merchant_id": str(BAKERY.merchant_id),
        "merchant_code": "M0002",
        "merchant_name": "松尾パン店　松尾一郎",
        "campaign_id": str(world.market.campaign_id),
        "campaign_title": "かしまんPAY 2023",
        "payment_count": 1,
        "gross_paid_yen": 622,
        "gross_premium_yen": 155,
        "given_back_count": 0,
        "given_back_paid_yen": 0,
        "given_back_premium_yen": 0,
        "net_yen": 777,
        "carried_over_because": None,
    }


def test_the_bank_file_is_served_byte_for_byte(world: World) -> None:
    world.shopping()
    payout = payout_of(world, world.closes()["closing_id"])
    answer = world.get(f"/payouts/{payout['payout_id']}/file", FINANCE)
    stored = world.staff.run(lambda session: payout_file(session, UUID(payout["payout_id"])))
    assert answer.content == stored.file_bytes
    assert hashlib.sha256(answer.content).hexdigest() == payout["file_sha256"]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="sougou-20231016-00001.txt"'
    assert answer.headers["cache-control"] == "no-store"
    assert (len(answer.content) % 122, answer.content[:4]) == (0, b"1210")
    read = read_transfer_file(answer.content, written_on=date(2023, 10, 2))
    assert [(item.account_number, item.payee_name, item.amount_yen) for item in read.items] == [
        ("7654321", "ﾏﾂｵ ｲﾁﾛｳ", 777),
        ("0012345", "ｶ)ﾏﾙｶﾏ-ｹﾂﾄ", 4281),
    ]
    assert (read.header.pay_date, read.total_yen) == (PAY_DAY, 5058)
    world.signs_in_at_the_browser(FINANCE)
    assert world.client.get(f"/staff/payouts/{payout['payout_id']}/file").content == stored.file_bytes


def test_a_closing_is_made_once_for_one_key(world: World) -> None:
    world.shopping()
    first = world.closes()
    before = contents(world.staff, *SETTLEMENT)
    body = {"cutoff_day": CUTOFF.isoformat()}
    again = world.post("/closings", FINANCE, key="close-1", json=body)
    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first, "true")
    other = world.post("/closings", FINANCE, key="close-2", json=body)
    assert (other.status_code, other.json()["code"]) == (409, "cutoff_day_already_closed")
    missing = world.post("/closings", FINANCE, json=body)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert contents(world.staff, *SETTLEMENT) == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"cutoff_day": "2023-10-02"}, 409, "cutoff_day_not_over"),
        ({"cutoff_day": "2023-09-30", "pay_day": "2023-10-14"}, 422, "pay_date_not_business_day"),
        ({"cutoff_day": "2023-09-30", "pay_day": "2023-10-01"}, 422, "pay_date_not_business_day"),
        ({"cutoff_day": "2023-09-30", "pay_day": "2023-12-01"}, 422, "pay_date_outside_bank_window"),
        ({"cutoff_day": "September"}, 422, "fields_invalid"),
        ({"cutoff_day": "2023-09-30", "minimum": 5}, 422, "fields_invalid"),
    ],
)
def test_an_impossible_closing_is_refused_and_leaves_nothing(
    world: World, body: dict[str, Any], status: int, code: str
) -> None:
    world.shopping()
    world.clock.at = CLOSING_AT
    answer = world.post("/closings", FINANCE, key="close-1", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert contents(world.staff, *SETTLEMENT) == {table: [] for table in SETTLEMENT}


def test_a_payout_shows_its_transfers_and_only_the_end_of_each_account(world: World) -> None:
    world.shopping()
    payout = payout_of(world, world.closes()["closing_id"])
    answer = world.get(f"/payouts/{payout['payout_id']}", AUDIT).json()
    items = answer.pop("items")
    assert answer == payout
    assert items[0] == {
        "item_number": 1,
        "merchant_id": str(BAKERY.merchant_id),
        "merchant_name": "松尾パン店　松尾一郎",
        "payee_name": "ﾏﾂｵ ｲﾁﾛｳ",
        "account_ending": "321",
        "account_changed": False,
        "amount_yen": 777,
        "state": "exported",
    }
    assert "7654321" not in str(items)


def test_a_returned_transfer_and_the_rest_that_settled_are_booked(world: World) -> None:
    world.shopping()
    payout_id = payout_of(world, world.closes()["closing_id"])["payout_id"]
    world.clock.at = city_time(PAY_DAY, 15)
    told = {"returned_on": "2023-10-16", "reason": "口座なし", "credit_ref": "R-1"}
    returned = world.post(f"/payouts/{payout_id}/items/1/returned", FINANCE, json=told)
    assert (returned.status_code, returned.json()["kind"], returned.json()["item_number"]) == (200, "returned", 1)
    settled = world.post(f"/payouts/{payout_id}/settled", FINANCE, json={"settled_on": "2023-10-16"})
    assert settled.json() == {
        "payout_id": payout_id,
        "kind": "settled",
        "event_day": "2023-10-16",
        "item_number": None,
        "journal_id": settled.json()["journal_id"],
    }
    again = world.post(f"/payouts/{payout_id}/settled", FINANCE, json={"settled_on": "2023-10-16"})
    assert again.json() == settled.json()
    answer = world.get(f"/payouts/{payout_id}", FINANCE).json()
    assert (answer["state"], answer["put_in_flight_yen"], answer["left_in_flight_yen"]) == ("settled", 5058, 0)
    assert [item["state"] for item in answer["items"]] == ["returned", "settled"]
    late = world.post(f"/payouts/{payout_id}/items/2/returned", FINANCE, json=told)
    assert (late.status_code, late.json()["code"]) == (409, "payout_step_not_allowed")


def test_what_came_back_is_paid_anew_once_and_the_sums_of_the_closing_stay(world: World) -> None:
    world.shopping()
    closing_id = world.closes()["closing_id"]
    payout_id = payout_of(world, closing_id)["payout_id"]
    world.clock.at = city_time(PAY_DAY, 15)
    path = f"/payouts/{payout_id}/items/1"
    not_yet = world.post(f"{path}/reissued", FINANCE, json={"pay_day": "2023-10-19"})
    assert (not_yet.status_code, not_yet.json()["code"]) == (409, "payout_step_not_allowed")
    told = {"returned_on": "2023-10-16", "reason": "口座なし", "credit_ref": "R-1"}
    assert world.post(f"{path}/returned", FINANCE, json=told).status_code == 200
    first = world.post(f"{path}/reissued", FINANCE, json={"pay_day": "2023-10-19"})
    again = world.post(f"{path}/reissued", FINANCE, json={"pay_day": "2023-10-19"})
    assert (first.status_code, again.json()) == (201, first.json())
    closing = world.get(f"/closings/{closing_id}", FINANCE).json()
    assert (closing["paid_yen"], closing["file_count"]) == (5058, 1)
    assert [(each["is_reissue"], each["items_yen"], each["left_in_flight_yen"]) for each in closing["payouts"]] == [
        (False, 5058, 4281),
        (True, 777, 777),
    ]
    assert all(each["agrees"] for each in closing["payouts"])
    world.signs_in_at_the_browser(FINANCE)
    assert "合計は一致しています" in world.client.get(f"/staff/closings/{closing_id}").text


def test_steps_that_cannot_be_are_refused(world: World) -> None:
    world.shopping()
    payout_id = payout_of(world, world.closes()["closing_id"])["payout_id"]
    early = world.post(f"/payouts/{payout_id}/settled", FINANCE, json={"settled_on": "2023-10-02"})
    assert (early.status_code, early.json()["code"]) == (422, "payout_day_impossible")
    silent = {"returned_on": "2023-10-02", "reason": " ", "credit_ref": "R-1"}
    unexplained = world.post(f"/payouts/{payout_id}/items/1/returned", FINANCE, json=silent)
    assert (unexplained.status_code, unexplained.json()["code"]) == (422, "return_not_explained")
    unknown = world.post(f"/payouts/{UUID(int=7)}/settled", FINANCE, json={"settled_on": "2023-10-02"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "payout_not_found")
    assert payout_of(world, world.get("/closings", FINANCE).json()["closings"][0]["closing_id"])["state"] == "exported"


def test_the_statements_open_safely_in_a_spreadsheet(world: World) -> None:
    world.selling()
    world.sold(0, 1)
    shop = replace(MARKET, legal_name="=HYPERLINK(1)", stores=(CORNER,))
    world.staff.run(lambda session: register_merchants(session, [shop], now=world.clock.now()))
    world.takes(MARKET.merchant_id, [1_001], SHOPPING_AT)
    closing_id = world.closes()["closing_id"]
    answer = world.get(f"/closings/{closing_id}/statements.csv", FINANCE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="statements-{closing_id}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    titles, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(titles, row, strict=True))
    assert told["加盟店名"] == "'=HYPERLINK(1)"
    assert (told["事業名"], told["利用額(有償分)"], told["利用額(プレミアム分)"]) == ("かしまんPAY 2023", "800", "201")
    assert (told["今回振込額"], told["繰越額"]) == ("1001", "0")


def test_a_shop_whose_name_no_bank_file_can_carry_waits_with_the_reason(world: World) -> None:
    world.selling()
    world.sold(0, 1)
    account = replace(BAKERY.bank_account, holder_kana="松尾 一郎")
    world.staff.run(
        lambda session: register_merchants(session, [replace(BAKERY, bank_account=account)], now=world.clock.now())
    )
    world.takes(BAKERY.merchant_id, [500], SHOPPING_AT)
    answer = world.get(f"/closings/{world.closes()['closing_id']}", FINANCE).json()
    assert (answer["payouts"], answer["paid_yen"], answer["carried_over_yen"]) == ([], 0, 500)
    assert [each["carried_over_because"] for each in answer["statements"]] == ["bank_account_unusable"]


def test_an_unknown_closing_is_not_found(world: World) -> None:
    for path in (f"/closings/{UUID(int=7)}", f"/closings/{UUID(int=7)}/statements.csv"):
        answer = world.get(path, FINANCE)
        assert (answer.status_code, answer.json()["code"]) == (404, "closing_not_found")
