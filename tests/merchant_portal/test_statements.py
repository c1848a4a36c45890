import csv
import io
from uuid import uuid4

import pytest

from identity.model import ShopRole, SignedIn
from tests.merchant_portal.world import BAKER, CAMPAIGN, CASHIER, OWNER, World
from tests.merchants.shops import CORNER, NORTH, SOUTH

BOUND_OWNER = SignedIn(
    kind=OWNER.kind,
    subject=OWNER.subject,
    display_name="北店 店長",
    merchant_id=OWNER.merchant_id,
    store_id=NORTH.store_id,
    role=ShopRole.OWNER,
)


def test_a_merchant_sees_its_closings_with_its_own_sums(world: World) -> None:
    world.charge(1_000)
    world.charge(500, SOUTH.store_id)
    world.charge(7_000, CORNER.store_id, BAKER)
    closing_id = world.closes()

    answer = world.get("/statements")

    assert answer.status_code == 200
    assert answer.json() == {
        "statements": [
            {
                "closing_id": str(closing_id),
                "number": 1,
                "cutoff_day": "2026-11-20",
                "pay_day": "2026-11-27",
                "paid_yen": 1500,
                "carried_over_yen": 0,
            }
        ]
    }


def test_one_statement_shows_sums_by_campaign_and_every_movement(world: World) -> None:
    payment = world.charge(1_000)
    reversed_payment = world.charge(500)
    reversal = world.post(f"/payments/{reversed_payment['payment_id']}/refunds", {"amount_yen": 200}).json()
    closing_id = world.closes()

    answer = world.get(f"/statements/{closing_id}").json()

    campaign = str(CAMPAIGN)
    assert answer["paid_yen"] == 1300
    assert answer["lines"] == [
        {
            "campaign_id": campaign,
            "campaign_title": "",
            "payment_count": 2,
            "gross_yen": 1500,
            "gross_paid_yen": 1200,
            "gross_premium_yen": 300,
            "given_back_count": 1,
            "given_back_yen": 200,
            "net_yen": 1300,
            "carried_over_because": None,
        }
    ]
    at = {"at": "2026-11-20T03:00:00Z", "campaign_id": campaign}
    assert sorted(answer["movements"], key=lambda each: -each["amount_yen"]) == [
        {"id": payment["payment_id"], "kind": "payment", "amount_yen": 1000, "paid_yen": 800, **at},
        {"id": reversed_payment["payment_id"], "kind": "payment", "amount_yen": 500, "paid_yen": 400, **at},
        {"id": reversal["reversal_id"], "kind": "payment_refunded", "amount_yen": -200, "paid_yen": -160, **at},
    ]


def test_the_statement_is_a_table_for_a_spreadsheet(world: World) -> None:
    payment = world.charge(1_000)
    closing_id = world.closes()

    answer = world.get(f"/statements/{closing_id}/statement.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-1-20261120.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    titles, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert titles[3:8] == ["日時", "種別", "金額", "有償分", "プレミアム分"]
    assert row == [
        *("1", "2026-11-20", "2026-11-27", "2026-11-20 12:00:00", "支払", "1000", "800", "200", ""),
        payment["payment_id"],
    ]


@pytest.mark.parametrize("path", ["", "/statement.csv"])
def test_asvs_8_2_2_a_closing_without_the_merchant_looks_like_none(world: World, path: str) -> None:
    world.charge(1_000)
    closing_id = world.closes()
    nobodys_id = uuid4()

    others = world.get(f"/statements/{closing_id}{path}", BAKER)
    nobodys = world.get(f"/statements/{nobodys_id}{path}", BAKER)

    facts = {"merchant_id": str(BAKER.merchant_id)}
    assert (others.status_code, others.json()["code"]) == (404, "statement_not_found")
    assert others.json()["facts"] == facts | {"closing_id": str(closing_id)}
    assert nobodys.json() == others.json() | {"facts": facts | {"closing_id": str(nobodys_id)}}
    assert world.get("/statements", BAKER).json() == {"statements": []}


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/statement.csv"])
@pytest.mark.parametrize("person", [CASHIER, BOUND_OWNER])
def test_who_does_not_own_all_stores_sees_no_statement(world: World, person: SignedIn, path: str) -> None:
    world.charge(1_000)
    closing_id = world.closes()

    answer = world.get(f"/statements{path.format(id=closing_id)}", person)

    assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")


def test_an_id_that_is_none_is_refused(world: World) -> None:
    answer = world.get("/statements/first")

    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["closing_id"]})
