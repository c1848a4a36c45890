"""What comes next is always told: what is fixed, what grows, and what waits and why."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_time
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_submitted import record_payout_submitted
from settlement.queries import list_payouts
from tests.merchant_portal.world import BAKER, CAMPAIGN, CASHIER, OWNER, World
from tests.merchants.shops import CORNER

WAITS = {"campaign_id": str(CAMPAIGN), "has_waited": False, "carried_over_because": None}


def payout_of(world: World, closing_id: UUID) -> UUID:
    (payout,) = world.staff.run(lambda session: list_payouts(session, closing_id))
    return payout.id


def test_what_was_taken_grows_until_the_next_cut_off(world: World) -> None:
    payment = world.charge(1_000)
    world.charge(500)
    world.post(f"/payments/{payment['payment_id']}/refunds", {"amount_yen": 200})

    answer = world.get("/coming-payout").json()

    assert answer == {
        "fixed": [],
        "growing_yen": 1_300,
        "cutoff_day": "2026-11-30",
        "pay_day": "2026-12-14",
        "not_in_a_statement": [
            WAITS
            | {
                "payment_count": 2,
                "taken_yen": 1_500,
                "given_back_count": 1,
                "given_back_yen": 200,
                "net_yen": 1_300,
            }
        ],
    }


def test_after_a_closing_the_sum_is_fixed_and_the_next_one_begins(world: World) -> None:
    world.charge(1_000)
    closing_id = world.closes()
    world.charge(70)

    answer = world.get("/coming-payout").json()

    fixed = {"closing_id": str(closing_id), "pay_day": "2026-11-27", "amount_yen": 1_000, "state": "exported"}
    assert answer["fixed"] == [fixed]
    assert answer["growing_yen"] == 70


def test_a_payout_is_coming_until_its_day_is_over(world: World) -> None:
    world.charge(1_000)
    world.closes()

    world.clock.at = city_time(date(2026, 11, 27), 23)
    assert len(world.get("/coming-payout").json()["fixed"]) == 1
    world.clock.at = city_time(date(2026, 11, 28))
    assert world.get("/coming-payout").json()["fixed"] == []


def test_a_payout_that_came_back_is_told_until_it_is_sent_again(world: World) -> None:
    world.charge(1_000)
    payout_id = payout_of(world, world.closes())

    day = date(2026, 11, 30)
    world.clock.at = city_time(day, 12)

    def work(session: Session) -> None:
        told: dict[str, Any] = {"by": "finance-1", "now": world.clock.now()}
        record_payout_submitted(session, payout_id, submitted_on=day, **told)
        record_payout_returned(session, payout_id, 1, returned_on=day, reason="口座なし", credit_ref="N-1", **told)

    world.staff.run(work)

    page = world.browser(OWNER).get("/shop/statements").text
    assert "1,000円の振込が、銀行から戻ってきました。" in page
    assert [each["state"] for each in world.get("/coming-payout").json()["fixed"]] == ["returned"]


def test_what_waits_is_told_with_its_reason(world: World) -> None:
    payment = world.charge(1_000)
    world.closes(cutoff_day=date(2026, 11, 20))
    world.post(f"/payments/{payment['payment_id']}/refunds", {"amount_yen": 400})
    world.closes(cutoff_day=date(2026, 11, 25), pay_day=date(2026, 12, 4))

    (sum_,) = world.get("/coming-payout").json()["not_in_a_statement"]
    page = world.browser(OWNER).get("/shop/statements/coming").text

    assert (sum_["has_waited"], sum_["net_yen"]) == (True, -400)
    assert sum_["carried_over_because"] == "nothing_due"
    assert all(part in page for part in ("つぎへ繰越", "取消・返金のほうが多いか、同じ金額です。", "−400円"))
    assert world.get("/coming-payout").json()["growing_yen"] == 0


def test_every_movement_that_is_in_no_statement_leads_to_its_payment(world: World) -> None:
    payment = world.charge(1_000)
    world.post(f"/payments/{payment['payment_id']}/refunds", {"amount_yen": 400})

    page = world.browser(OWNER).get("/shop/statements/coming").text

    assert page.count(f'href="/shop/payments/{payment["payment_id"]}"') == 2
    assert "まるかマーケット 北店" in page


def test_every_kind_of_movement_of_a_statement_is_counted_and_leads_to_its_payments(world: World) -> None:
    kept, voided = world.charge(1_000), world.charge(500)
    world.post(f"/payments/{voided['payment_id']}/void", key="void-1")
    closing_id = world.closes()
    page = world.browser(OWNER).get(f"/shop/statements/{closing_id}").text

    assert all(f'<a href="#{kind}">' in page and f'id="{kind}"' in page for kind in ("payment", "payment_voided"))
    assert "2件" in page
    assert "1,500円" in page
    assert "−500円" in page
    assert "手数料は引いていません。" in page
    assert page.count(f'href="/shop/payments/{voided["payment_id"]}"') == 2
    assert page.count(f'href="/shop/payments/{kept["payment_id"]}"') == 1


def test_asvs_8_2_2_what_comes_is_the_owners_alone_and_of_their_own_shop(world: World) -> None:
    world.charge(1_000)
    world.charge(7_000, CORNER.store_id, BAKER)

    assert world.get("/coming-payout", CASHIER).json()["code"] == "owner_only"
    assert world.get("/coming-payout", BAKER).json()["growing_yen"] == 7_000
    assert "つぎの振込" not in world.browser(CASHIER).get("/shop/").text
    assert "つぎの振込" in world.browser(OWNER).get("/shop/").text


def test_a_new_shop_is_told_when_its_first_payout_would_be(world: World) -> None:
    world.clock.at += timedelta(days=10)

    answer = world.get("/coming-payout", BAKER).json()

    assert (answer["growing_yen"], answer["cutoff_day"], answer["pay_day"]) == (0, "2026-11-30", "2026-12-14")
