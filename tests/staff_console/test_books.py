"""The books as finance and audit see them."""

from typing import Any

import psycopg

from identity.model import StaffRole
from kernel.clock import CITY_ZONE
from tests.issuance.market import contents
from tests.staff_console.world import SHOPPING_AT, World

AUDIT, FINANCE = StaffRole.AUDIT, StaffRole.FINANCE


def row(side: str, kind: str, debit_yen: int, credit_yen: int, paid_part_yen: int, campaign: Any = None) -> Any:
    return {
        "side": side,
        "kind": kind,
        "campaign_id": campaign,
        "campaign_title": "かしまんPAY 2023" if campaign else "",
        "debit_yen": debit_yen,
        "credit_yen": credit_yen,
        "paid_part_yen": paid_part_yen,
        "premium_part_yen": credit_yen - debit_yen - paid_part_yen,
    }


def spoil_one_lot(database_url: str) -> None:
    """Take a yen from a lot behind the back of the books."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE ledger.lots SET paid_left_yen = paid_left_yen - 1")


def test_the_trial_balance_lists_every_kind_and_its_debits_are_its_credits(world: World) -> None:
    world.shopping()
    world.closes()
    campaign = str(world.market.campaign_id)
    assert world.get("/books/trial-balance", FINANCE).json() == {
        "at": None,
        "rows": [
            row("asset", "counter_cash", 8000, 0, -8000),
            row("liability", "lot", 5058, 10000, 3954, campaign),
            row("liability", "merchant_payable", 5058, 5058, 0, campaign),
            row("liability", "payout_in_flight", 0, 5058, 4046),
            row("budget", "premium_funding", 2000, 0, 0, campaign),
        ],
        "debit_yen": 20116,
        "credit_yen": 20116,
        "agrees": True,
    }


def test_a_day_means_until_its_end_in_the_city(world: World) -> None:
    world.shopping()
    day = SHOPPING_AT.astimezone(CITY_ZONE).date().isoformat()
    assert world.get("/books/trial-balance", AUDIT, params={"at": day}).json()["debit_yen"] == 15_058
    assert world.get("/books/trial-balance", AUDIT, params={"at": "2023-09-19"}).json()["debit_yen"] == 10_000
    assert world.get("/books/trial-balance", AUDIT, params={"at": "2023-09-17"}).json() == {
        "at": "2023-09-17",
        "rows": [],
        "debit_yen": 0,
        "credit_yen": 0,
        "agrees": True,
    }
    wrong = world.get("/books/trial-balance", AUDIT, params={"at": "yesterday"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "fields_invalid")


def test_a_period_is_closed_once_and_not_before_it_is_over(world: World) -> None:
    answer = world.post("/books/periods", FINANCE, json={"closed_through": "2023-09-17"})
    assert (answer.status_code, answer.json()) == (201, {"closed_through": "2023-09-17"})
    before = contents(world.staff, "ledger.period_closes")
    again = world.post("/books/periods", FINANCE, json={"closed_through": "2023-09-17"})
    assert (again.status_code, again.json()["code"]) == (409, "period_is_closed")
    today = world.post("/books/periods", FINANCE, json={"closed_through": "2023-09-18"})
    assert (today.status_code, today.json()["code"]) == (409, "period_not_over")
    assert contents(world.staff, "ledger.period_closes") == before
    assert len(before["ledger.period_closes"]) == 1


def test_the_second_opinion_agrees_and_gives_its_figures(world: World) -> None:
    world.shopping()
    world.closes()
    answer = world.post("/books/audit", AUDIT)
    assert answer.status_code == 200
    verdict = answer.json()
    figures = verdict.pop("figures")
    assert verdict == {"audited_at": "2023-10-02T00:00:00Z", "agrees": True, "findings": []}
    assert {name: figures[name] for name in ("issued_yen", "issued_paid_yen", "issued_premium_yen")} == {
        "issued_yen": 10_000,
        "issued_paid_yen": 8_000,
        "issued_premium_yen": 2_000,
    }
    assert (figures["spent_yen"], figures["remaining_yen"], figures["in_flight_yen"]) == (5_058, 4_942, 5_058)


def test_the_second_opinion_finds_a_spoiled_lot_and_repairs_nothing(world: World, database_url: str) -> None:
    world.shopping()
    spoil_one_lot(database_url)
    before = contents(world.staff)
    verdict = world.post("/books/audit", AUDIT).json()
    assert verdict["agrees"] is False
    assert ("3954", "3953") in [(each["expected"], each["found"]) for each in verdict["findings"]]
    assert contents(world.staff) == before


def test_the_verdict_page_says_it_in_one_word(world: World, database_url: str) -> None:
    world.shopping()
    world.signs_in_at_the_browser(AUDIT)
    agreed = world.submit("/audit")
    assert agreed.status_code == 200
    assert ">一致</h1>" in agreed.text
    spoil_one_lot(database_url)
    spoiled = world.submit("/audit")
    assert ">不一致</h1>" in spoiled.text
    assert "3953" in spoiled.text
