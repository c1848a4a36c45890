"""Finance reads everything of a closing; a shop's process reads what shops may know."""

from datetime import timedelta
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from settlement.model import CarryOverReason, PayoutState
from settlement.queries import (
    last_cutoff_day,
    list_payouts,
    merchant_statement,
    payout_by_id,
    payout_file,
    settlement_csv,
    transfers_to_merchant,
    unsettled_movements,
    unsettled_sums,
)
from settlement.refusals import ClosingNotFound, PayoutNotFound, StatementNotFound
from settlement.views import UnsettledSum
from tests.settlement.city import BAKERY, CLOSED_AT, CUTOFF, GROCER, NOON, PAY_DAY, VOUCHER, City


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


def test_what_no_closing_took_is_summed_and_listed_for_its_shop_alone(city: City) -> None:
    (payment_id,) = city.takes(BAKERY, 1_000)
    city.gives_back(payment_id, 400)
    city.takes(GROCER, 7_000)

    told = city.pay_database.run(lambda session: unsettled_sums(session, BAKERY))
    newest = city.pay_database.run(lambda session: unsettled_movements(session, BAKERY, 1))

    assert told == [UnsettledSum(VOUCHER, False, None, 1, 1_000, 1, 400)]
    assert [row.amount_yen for row in newest] == [-400]


def test_what_a_closing_took_is_settled_and_what_it_left_says_why(city: City) -> None:
    assert city.ask(last_cutoff_day) is None
    city.takes(BAKERY, 1_000)
    city.takes(GROCER, 10)
    city.closes(minimum_payout_yen=100)
    city.takes(GROCER, 5, at=NOON + timedelta(days=30))

    assert city.ask(last_cutoff_day) == CUTOFF
    assert city.ask(unsettled_sums, BAKERY) == []
    assert city.ask(unsettled_sums, GROCER) == [
        UnsettledSum(VOUCHER, True, CarryOverReason.BELOW_MINIMUM, 1, 10, 0, 0),
        UnsettledSum(VOUCHER, False, None, 1, 5, 0, 0),
    ]


def test_a_shop_sees_how_far_its_transfer_came_and_not_which_bank(city: City) -> None:
    city.takes(BAKERY, 1_000)
    closed = city.closes()

    (transfer,) = city.pay_database.run(lambda session: transfers_to_merchant(session, closed.closing_id, BAKERY))

    assert (transfer.amount_yen, transfer.pay_day, transfer.state) == (1_000, PAY_DAY, PayoutState.EXPORTED)
    assert (transfer.reason, transfer.is_reissue) == (None, False)
    assert city.ask(transfers_to_merchant, closed.closing_id, GROCER) == []
