"""After a draw everything that follows from it agrees with it, whatever was killed between the steps."""

import json
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlmodel import Session

from issuance.ceremony.model import Reconciliation
from issuance.ceremony.operations.publish_statistics import publish_statistics
from issuance.ceremony.queries import explain_application, reconcile_draw
from issuance.ceremony.refusals import DrawNotMade, ReceiptUnknown
from issuance.lottery.files import parse_results, parse_waitlist
from issuance.notices.operations.make_notices import make_notices
from issuance.operations.run_draw import run_draw
from kernel.refusals import Refusal
from tests.issuance.ceremony.hall import closed, files, freeze, refused
from tests.issuance.market import DRAWN, SIGNATURE, Market, person

PERSON = """
INSERT INTO identity.people (id, household_id, wallet_id, family_name, given_name, family_kana, given_kana, birth_date,
    district, address, postal_code, has_smartphone)
VALUES (%s, gen_random_uuid(), gen_random_uuid(), '鹿島', '花', 'カシマ', 'ハナ', %s, %s, '1', '849-1311', true)
"""


class Killed(Exception):
    """The process is gone between two steps."""


def drawn(market: Market, *units: int) -> list[str]:
    receipts = [receipt.receipt for receipt in closed(market, *units)]
    market.name_beacon()
    freeze(market)
    market.worker.run(draws(market))
    return receipts


def draws(market: Market):  # type: ignore[no-untyped-def]
    return lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=DRAWN)


def reconciled(market: Market) -> Reconciliation:
    return market.staff.run(lambda session: reconcile_draw(session, market.round_id))


def make(market: Market, limit: int = 5_000) -> int:
    return market.worker.run(lambda session: make_notices(session, now=DRAWN, limit=limit))


def test_every_step_may_be_killed_and_run_again_and_the_sets_are_equal_at_the_end(market: Market) -> None:
    closed(market, 5, 5, 5, 5)
    market.name_beacon()
    freeze(market)

    def killed_draw(session: Session) -> None:
        draws(market)(session)
        raise Killed

    with pytest.raises(Killed):
        market.worker.run(killed_draw)
    no = refused(market, lambda: reconciled(market))
    assert no == DrawNotMade(state="frozen")
    market.worker.run(draws(market))
    market.worker.run(draws(market))
    report = reconciled(market)
    assert (report.winners, report.grants, report.notices) == (4, 4, 0)
    assert list(report.differences) == ["winner_without_notice"]
    assert make(market, limit=1) == 1

    def killed_notices(session: Session) -> None:
        make_notices(session, now=DRAWN)
        raise Killed

    with pytest.raises(Killed):
        market.worker.run(killed_notices)
    assert len(reconciled(market).differences["winner_without_notice"]) == 3
    assert make(market) == 3
    assert make(market) == 0
    report = reconciled(market)
    assert (report.agrees, report.winners, report.grants, report.notices) == (True, 4, 4, 4)


def test_paid_units_are_issued_and_counted(market: Market) -> None:
    market.selling([5, 3])
    make(market)
    market.pay(market.bought(0, 2))
    report = reconciled(market)
    assert (report.agrees, report.paid_purchases, report.issued_purchases) == (True, 1, 1)


def test_swapped_winners_ghosts_and_lost_vouchers_are_named(market: Market, database_url: str) -> None:
    market.selling([5, 3])
    make(market)
    purchase = market.bought(0, 2)
    market.pay(purchase)
    results = parse_results(files(market)["results.csv"])
    first, second = sorted(results)
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE issuance.grants SET receipt = 'KGHOST' WHERE receipt = %s", [second])
        connection.execute("UPDATE issuance.grants SET units = 1 WHERE receipt = %s", [first])
        connection.execute("DELETE FROM ledger.transfers")
    differences = reconciled(market).differences
    assert differences["winner_without_grant"] == (second,)
    assert differences["grant_without_win"] == ("KGHOST",)
    assert differences["grant_of_other_units"] == (first,)
    assert differences["paid_and_not_issued"] == (str(purchase.id),)


def test_a_rank_and_a_ticket_explain_every_result(market: Market) -> None:
    receipts = drawn(market, 5, 5, 5, 5)
    waiting = [entry.receipt for entry in parse_waitlist(files(market)["waitlist.csv"])]
    results = parse_results(files(market)["results.csv"])
    told = market.staff.run(
        lambda session: [explain_application(session, market.round_id, receipt) for receipt in receipts]
    )
    assert sorted(item.rank or 0 for item in told) == [1, 2, 3, 4]
    assert [item.rank for item in sorted(told, key=lambda item: item.ticket or "")] == [1, 2, 3, 4]
    for item in told:
        assert (item.granted_units, item.rows, item.void_reason) == (results[item.receipt], 4, None)
        assert item.waiting_position == waiting.index(item.receipt) + 1
    by_rank = sorted(told, key=lambda item: item.rank or 0)
    assert [item.granted_units for item in by_rank] == [3, 3, 2, 2]


def test_before_the_draw_an_application_has_no_rank_and_a_stranger_is_unknown(market: Market) -> None:
    (receipt,) = closed(market, 2)
    told = market.staff.run(lambda session: explain_application(session, market.round_id, receipt.receipt))
    assert (told.listed_units, told.rank, told.ticket, told.granted_units) == (2, None, None, None)
    with pytest.raises(Refusal) as no:
        market.staff.run(lambda session: explain_application(session, market.round_id, "KNOBODY"))
    assert no.value == ReceiptUnknown(receipt="KNOBODY")


def test_statistics_are_published_once_and_show_no_group_below_five(market: Market, database_url: str) -> None:
    receipts = drawn(market, *[1] * 13)
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for number, place in enumerate(["鹿島"] * 6 + ["浜"] * 5 + ["古枝"] * 1):
            connection.execute(PERSON, [person(number), date(1990 - 60 * (number % 2), 9, 10), place])

    def publish() -> bytes:
        return market.staff.run(lambda session: publish_statistics(session, market.round_id))

    content = publish()
    assert content == publish() == files(market)["statistics.json"]
    told = json.loads(content)
    assert _shown(told, "district") == [("other", 7), ("鹿島", 6)]
    assert _shown(told, "age_band") == [("80-", 6), ("other", 7)]
    assert _shown(told, "hour") == [("00", 13)]
    assert sum(item["lucky"] for item in told["categories"]["district"]) == 10
    assert told["tests"]["hour"] == {"p_millionths": None, "is_suspicious": False}
    assert told["tests"]["tickets"]["p_millionths"] > 1_000
    assert not any(receipt.encode() in content for receipt in receipts)


def _shown(told: Any, dimension: str) -> list[tuple[str, int]]:
    return [(item["category"], item["applicants"]) for item in told["categories"][dimension]]


def test_there_are_no_statistics_before_the_draw(market: Market) -> None:
    closed(market, 1)
    no = refused(
        market,
        lambda: market.staff.run(lambda session: publish_statistics(session, market.round_id)),
    )
    assert no == DrawNotMade(state="closed")
