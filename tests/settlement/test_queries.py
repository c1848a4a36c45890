"""Finance reads everything of a closing; a shop's process reads what shops may know."""

from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from settlement.queries import list_payouts, merchant_statement, payout_by_id, payout_file, settlement_csv
from settlement.refusals import ClosingNotFound, PayoutNotFound, StatementNotFound
from tests.settlement.city import BAKERY, CLOSED_AT, GROCER, VOUCHER, City


def test_a_merchant_without_movements_has_no_statement(city: City) -> None:
    closed = city.closes()
    with pytest.raises(StatementNotFound):
        city.ask(merchant_statement, closed.closing_id, BAKERY)


def test_the_table_for_a_spreadsheet(city: City) -> None:
    city.takes(BAKERY, 1_000)
    city.takes(GROCER, 10)
    closed = city.closes(minimum_payout_yen=100)
    table = city.ask(
        settlement_csv,
        closed.closing_id,
        merchant_names={BAKERY: "=HYPERLINK(1)", GROCER: "青果 山田"},
        campaign_names={VOUCHER: "プレミアム商品券"},
    )
    titles, bakery, grocer, end = table.decode("utf-8-sig").split("\r\n")
    assert table.startswith(b"\xef\xbb\xbf")
    assert titles.split(",")[-3:] == ["今回振込額", "繰越額", "繰越理由"]
    assert (
        bakery
        == f"1,2026-11-15,2026-11-27,{BAKERY},'=HYPERLINK(1),{VOUCHER},プレミアム商品券,1,800,200,0,0,0,1000,1000,0,"
    )
    assert (
        grocer
        == f"1,2026-11-15,2026-11-27,{GROCER},青果 山田,{VOUCHER},プレミアム商品券,1,8,2,0,0,0,10,0,10,最低振込額未満"
    )
    assert end == ""


def test_a_process_that_pays_sees_statements_but_no_bank_accounts(city: City) -> None:
    city.takes(BAKERY, 1_000)
    closed = city.closes(now=CLOSED_AT)
    told = city.pay_database.run(lambda session: merchant_statement(session, closed.closing_id, BAKERY))
    assert told.paid_yen == 1_000
    (payout,) = city.ask(list_payouts, closed.closing_id)
    for question in (payout_by_id, payout_file):
        with pytest.raises((DBAPIError, InsufficientPrivilege)):
            city.pay_database.run(lambda session, ask=question: ask(session, payout.id))  # type: ignore[misc]


def test_what_does_not_exist_is_not_found(city: City) -> None:
    unknown = uuid4()
    with pytest.raises(ClosingNotFound):
        city.ask(merchant_statement, unknown, BAKERY)
    with pytest.raises(ClosingNotFound):
        city.ask(settlement_csv, unknown, merchant_names={}, campaign_names={})
    for question in (payout_by_id, payout_file):
        with pytest.raises(PayoutNotFound):
            city.ask(question, unknown)
