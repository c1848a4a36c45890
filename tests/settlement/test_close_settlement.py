"""A closing pays what is owed, once, to the yen, and lists what waits."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.clock import city_time
from kernel.refusals import Refusal
from kernel.yen import AmountOutOfRange
from ledger.model import AccountKind, shared_account
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed
from settlement.model import CarryOverReason
from settlement.queries import (
    list_closings,
    list_closings_of_merchant,
    list_payouts,
    list_statements,
    merchant_statement,
    payout_by_id,
    payout_file,
)
from settlement.refusals import (
    CutoffDayAlreadyClosed,
    CutoffDayBeforeLastClosing,
    CutoffDayNotOver,
)
from settlement.views import Statement
from settlement.zengin.model import BankProfile
from settlement.zengin.read_transfer_file import read_transfer_file
from settlement.zengin.refusals import PayDateNotBusinessDay
from tests.settlement.city import (
    BAKERY,
    BANK_ACCOUNTS,
    CAFE,
    CLOSED_AT,
    CUTOFF,
    GROCER,
    NOON,
    PAY_DAY,
    POINTS,
    VOUCHER,
    City,
)

NEXT_CUTOFF, NEXT_PAY_DAY = date(2026, 11, 30), date(2026, 12, 11)


def in_flight_yen(city: City, payout_id: UUID) -> int:
    return city.balance_yen(shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference=str(payout_id)).id)


def payable_yen(city: City, shop: UUID, campaign_id: UUID = VOUCHER) -> int:
    account = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=shop)
    return city.balance_yen(account.id)


def reasons(city: City, closing_id: UUID) -> dict[tuple[UUID, UUID], CarryOverReason | None]:
    found: list[Statement] = city.ask(list_statements, closing_id)
    return {(each.merchant_id, each.campaign_id): each.carried_over_because for each in found}


def no_rows(city: City) -> bool:
    tables = ("closings", "settled_movements", "statements", "payouts", "payout_items", "payout_events")
    return all(city.rows(f"SELECT count(*) FROM settlement.{table}") == [(0,)] for table in tables)


def test_a_golden_closing(city: City) -> None:
    first, second = city.takes(BAKERY, 1_280, 3_000)
    city.takes(BAKERY, 500, campaign_id=POINTS)
    (voided,) = city.takes(GROCER, 9_999)
    city.takes(GROCER, 777, at=city_time(CUTOFF, 23, 59, 59))
    city.takes(GROCER, 4_000, at=city_time(CUTOFF + timedelta(days=1)))
    city.gives_back(second, 1_000)
    city.voids(voided)

    closed = city.closes()

    assert (closed.number, closed.is_replay) == (1, False)
    assert city.ask(list_statements, closed.closing_id) == [
        Statement(BAKERY, VOUCHER, 2, 3_424, 856, 1, 800, 200, 3_280, None),
        Statement(BAKERY, POINTS, 1, 0, 500, 0, 0, 0, 500, None),
        Statement(GROCER, VOUCHER, 2, 8_620, 2_156, 1, 7_999, 2_000, 777, None),
    ]
    (summary,) = city.ask(list_payouts, closed.closing_id)
    assert (summary.number, summary.pay_day, summary.total_yen, summary.item_count) == (1, PAY_DAY, 4_557, 2)
    assert summary.file_name == "sougou-20261127-00001.txt"
    file = city.ask(payout_file, summary.id)
    read = read_transfer_file(file.file_bytes, written_on=date(2026, 11, 16))
    assert [(item.account_number, item.amount_yen) for item in read.items] == [
        ("0000177", 3_780),
        ("0000178", 777),
    ]
    assert [(item.customer_code_1, item.customer_code_2) for item in read.items] == [(1, 1), (1, 2)]
    assert in_flight_yen(city, summary.id) == 4_557
    assert [payable_yen(city, BAKERY), payable_yen(city, GROCER), payable_yen(city, BAKERY, POINTS)] == [
        0,
        4_000,
        0,
    ]
    told = city.ask(merchant_statement, closed.closing_id, BAKERY)
    assert [(row.journal_id, row.journal_kind, row.amount_yen) for row in told.movements if row.amount_yen > 600] == [
        (first, "payment", 1_280),
        (second, "payment", 3_000),
    ]
    assert (told.paid_yen, told.carried_over_yen, len(told.movements)) == (3_780, 0, 4)


def test_the_next_closing_takes_only_what_no_closing_took(city: City) -> None:
    city.takes(BAKERY, 1_000)
    assert city.closes().number == 1
    city.takes(BAKERY, 234)
    city.takes(GROCER, 50)
    again = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    found = {each.merchant_id: each.net_yen for each in city.ask(list_statements, again.closing_id)}
    assert found == {BAKERY: 234, GROCER: 50}
    assert [closing.paid_yen for closing in city.ask(list_closings)] == [284, 1_000]
    assert [closing.number for closing in city.ask(list_closings_of_merchant, GROCER)] == [2]
    assert [payout.number for payout in city.ask(list_payouts, again.closing_id)] == [2]


def test_a_closing_of_nothing_makes_no_file(city: City) -> None:
    closed = city.closes()
    (summary,) = city.ask(list_closings)
    assert (summary.id, summary.file_count, summary.paid_yen) == (closed.closing_id, 0, 0)


def test_the_same_key_asks_for_the_same_closing_again(city: City) -> None:
    city.takes(BAKERY, 1_000)
    closed = city.closes()
    city.takes(BAKERY, 2_000)
    assert city.closes() == closed._replace(is_replay=True)
    assert payable_yen(city, BAKERY) == 2_000
    assert len(city.ask(list_closings)) == 1


def test_a_key_cannot_ask_for_another_closing(city: City) -> None:
    city.closes()
    with pytest.raises(KeyReusedWithOtherContent):
        city.closes(minimum_payout_yen=2)
    with pytest.raises(KeyReusedWithOtherContent):
        city.closes(NEXT_CUTOFF, NEXT_PAY_DAY, key=f"close {CUTOFF}")
    city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    with pytest.raises(KeyReusedWithOtherContent):
        city.closes(key=f"close {NEXT_CUTOFF}")
    with pytest.raises(KeyReusedWithOtherContent):
        city.closes(NEXT_CUTOFF, NEXT_PAY_DAY, key=f"close {CUTOFF}")


def test_a_cutoff_day_is_closed_once(city: City) -> None:
    city.closes()
    with pytest.raises(CutoffDayAlreadyClosed) as refused:
        city.closes(key="another clerk")
    assert refused.value == CutoffDayAlreadyClosed(cutoff_day=CUTOFF, closing_number=1)
    with pytest.raises(CutoffDayBeforeLastClosing):
        city.closes(CUTOFF - timedelta(days=1))
    assert len(city.ask(list_closings)) == 1


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"now": city_time(CUTOFF, 23, 59, 59)}, CutoffDayNotOver(cutoff_day=CUTOFF, today=CUTOFF)),
        ({"minimum_payout_yen": 0}, AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        ({"pay_day": date(2026, 11, 23)}, PayDateNotBusinessDay(date(2026, 11, 23))),
    ],
)
def test_a_refused_closing_changes_nothing(city: City, facts: dict[str, Any], refusal: Refusal) -> None:
    city.takes(BAKERY, 1_000)
    with pytest.raises(Refusal) as refused:
        city.closes(**facts)
    assert refused.value == refusal
    assert no_rows(city)
    assert payable_yen(city, BAKERY) == 1_000
    assert city.closes().is_replay is False


def test_a_closing_on_a_day_whose_books_are_closed_changes_nothing(city: City) -> None:
    city.takes(BAKERY, 1_000)
    with city.staff.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO ledger.period_closes (closed_through, closed_by) VALUES ('2026-11-16', 'finance-1')"
        )
    with pytest.raises(PeriodIsClosed):
        city.closes()
    assert no_rows(city)
    assert payable_yen(city, BAKERY) == 1_000
    assert city.closes(now=CLOSED_AT + timedelta(days=1)).number == 1


def test_a_merchant_below_the_minimum_waits_until_it_is_reached(city: City) -> None:
    city.takes(BAKERY, 600)
    city.takes(BAKERY, 399, campaign_id=POINTS)
    city.takes(GROCER, 1_000)
    closed = city.closes(minimum_payout_yen=1_000)
    below = CarryOverReason.BELOW_MINIMUM
    assert reasons(city, closed.closing_id) == {
        (BAKERY, VOUCHER): below,
        (BAKERY, POINTS): below,
        (GROCER, VOUCHER): None,
    }
    assert (payable_yen(city, BAKERY), payable_yen(city, BAKERY, POINTS), payable_yen(city, GROCER)) == (600, 399, 0)
    told = city.ask(merchant_statement, closed.closing_id, BAKERY)
    assert (told.paid_yen, told.carried_over_yen, told.movements) == (0, 999, ())
    city.takes(BAKERY, 1)
    again = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY, minimum_payout_yen=1_000)
    assert city.ask(merchant_statement, again.closing_id, BAKERY).paid_yen == 1_000
    assert payable_yen(city, BAKERY) == payable_yen(city, BAKERY, POINTS) == 0


def test_a_refund_after_settlement_is_carried_until_takings_cover_it(city: City) -> None:
    (payment,) = city.takes(BAKERY, 5_000)
    city.closes()
    city.gives_back(payment, 3_000, at=city_time(date(2026, 11, 20), 12))
    second = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    assert reasons(city, second.closing_id) == {(BAKERY, VOUCHER): CarryOverReason.NOTHING_DUE}
    assert (payable_yen(city, BAKERY), city.ask(list_payouts, second.closing_id)) == (-3_000, [])
    city.takes(BAKERY, 3_500, at=city_time(date(2026, 12, 5), 12))
    third = city.closes(date(2026, 12, 15), date(2026, 12, 25))
    statement = Statement(BAKERY, VOUCHER, 1, 2_800, 700, 1, 2_400, 600, 500, None)
    assert city.ask(list_statements, third.closing_id) == [statement]
    assert payable_yen(city, BAKERY) == 0


def test_what_is_owed_to_one_campaign_waits_while_another_is_paid(city: City) -> None:
    (payment,) = city.takes(BAKERY, 2_000)
    city.closes()
    city.gives_back(payment, 2_000, at=city_time(date(2026, 11, 20), 12))
    city.takes(BAKERY, 7_000, campaign_id=POINTS)
    closed = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    assert reasons(city, closed.closing_id) == {
        (BAKERY, VOUCHER): CarryOverReason.CAMPAIGN_NEGATIVE,
        (BAKERY, POINTS): None,
    }
    told = city.ask(merchant_statement, closed.closing_id, BAKERY)
    assert (told.paid_yen, told.carried_over_yen) == (7_000, -2_000)
    assert (payable_yen(city, BAKERY), payable_yen(city, BAKERY, POINTS)) == (-2_000, 0)


def test_a_merchant_without_a_usable_account_waits_and_holds_nobody_up(city: City) -> None:
    for shop in (BAKERY, GROCER, CAFE):
        city.takes(shop, 1_000)
    accounts = {BAKERY: BANK_ACCOUNTS[BAKERY], GROCER: replace(BANK_ACCOUNTS[GROCER], payee_name="山田")}
    closed = city.closes(bank_accounts=accounts)
    assert reasons(city, closed.closing_id) == {
        (BAKERY, VOUCHER): None,
        (GROCER, VOUCHER): CarryOverReason.BANK_ACCOUNT_UNUSABLE,
        (CAFE, VOUCHER): CarryOverReason.BANK_ACCOUNT_MISSING,
    }
    assert (payable_yen(city, BAKERY), payable_yen(city, GROCER), payable_yen(city, CAFE)) == (0, 1_000, 1_000)


def test_files_hold_as_many_transfers_as_the_bank_takes(city: City) -> None:
    for shop, amount_yen in ((BAKERY, 100), (GROCER, 200), (CAFE, 400)):
        city.takes(shop, amount_yen)
    closed = city.closes(profile=BankProfile(max_records_per_file=2, line_ends="none"))
    payouts = city.ask(list_payouts, closed.closing_id)
    assert [(payout.number, payout.total_yen, payout.item_count) for payout in payouts] == [(1, 300, 2), (2, 400, 1)]
    assert [in_flight_yen(city, payout.id) for payout in payouts] == [300, 400]
    assert len({city.ask(payout_by_id, payout.id).journal_id for payout in payouts}) == 2
    assert len(city.ask(payout_file, payouts[1].id).file_bytes) == 480


def test_a_late_recorded_payment_is_in_the_next_closing(city: City) -> None:
    city.closes()
    city.takes(BAKERY, 700, at=NOON)
    closed = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    assert city.ask(merchant_statement, closed.closing_id, BAKERY).movements[0].event_at == NOON
