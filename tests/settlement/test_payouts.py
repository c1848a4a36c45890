"""A payout reaches the bank, comes back, and is paid anew; the books follow every step."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy.exc import DBAPIError

from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import AccountKind, shared_account
from settlement.model import PayoutState
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_settled import CITY_BANK, record_payout_settled
from settlement.operations.record_payout_submitted import record_payout_submitted
from settlement.operations.reissue_payout_item import reissue_payout_item
from settlement.queries import list_payouts, list_statements, payout_by_id, payout_file
from settlement.refusals import (
    PayoutDayImpossible,
    PayoutItemNotFound,
    PayoutNotFound,
    PayoutStepNotAllowed,
    ReturnNotExplained,
)
from settlement.rules.stepping import item_state, payout_state
from settlement.zengin.model import NewCode
from settlement.zengin.read_transfer_file import read_transfer_file
from tests.settlement.city import (
    BAKERY,
    BANK_ACCOUNTS,
    GROCER,
    PAY_DAY,
    PAYER,
    POINTS,
    VOUCHER,
    City,
    bank_account,
)

AFTER = city_time(date(2026, 12, 1), 10)
RETURN_DAY = date(2026, 11, 30)
NEW_PAY_DAY = date(2026, 12, 4)
RETURN: dict[str, Any] = {
    "reason": "口座番号相違",
    "credit_ref": "20261130-0042",
    "returned_on": RETURN_DAY,
    "by": "finance-2",
    "now": AFTER,
}
NEW_ACCOUNT = replace(bank_account(7_654_321), new_code=NewCode.CHANGED)
ANEW: dict[str, Any] = {
    "bank_account": NEW_ACCOUNT,
    "pay_day": NEW_PAY_DAY,
    "by": "finance-2",
    "now": AFTER,
    "payer": PAYER,
}


class Paid(NamedTuple):
    city: City
    payout_id: UUID

    def settle(self, payout_id: UUID | None = None, day: date = PAY_DAY, now: datetime = AFTER) -> Any:
        payout = payout_id or self.payout_id
        return self.city.ask(record_payout_settled, payout, settled_on=day, by="finance-2", now=now)

    def returns(self, item_number: int, payout_id: UUID | None = None, **facts: Any) -> Any:
        return self.city.ask(record_payout_returned, payout_id or self.payout_id, item_number, **(RETURN | facts))

    def reissues(self, item_number: int, payout_id: UUID | None = None, **facts: Any) -> UUID:
        asked = ANEW | facts
        found = self.city.ask(reissue_payout_item, payout_id or self.payout_id, item_number, **asked)
        assert isinstance(found, UUID)
        return found

    def states(self, payout_id: UUID | None = None) -> tuple[PayoutState, list[PayoutState]]:
        payout = self.city.ask(payout_by_id, payout_id or self.payout_id)
        return payout_state(payout), [item_state(payout, item.item_number) for item in payout.items]

    def in_flight_yen(self, payout_id: UUID | None = None) -> int:
        reference = str(payout_id or self.payout_id)
        return self.city.balance_yen(shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference=reference).id)

    def payable_yen(self, shop: UUID, campaign_id: UUID = VOUCHER) -> int:
        account = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=shop)
        return self.city.balance_yen(account.id)

    def bank_yen(self) -> int:
        return self.city.balance_yen(CITY_BANK.id)

    def count_of_journals(self) -> int:
        return int(self.city.rows("SELECT count(*) FROM ledger.journals")[0][0])


@pytest.fixture
def paid(city: City) -> Paid:
    """A payout of ¥1,500 to the bakery from two campaigns and ¥2,000 to the grocer."""
    city.takes(BAKERY, 1_001)
    city.takes(BAKERY, 499, campaign_id=POINTS)
    city.takes(GROCER, 2_000)
    closed = city.closes()
    (payout,) = city.ask(list_payouts, closed.closing_id)
    return Paid(city, payout.id)


def refusal_of(ask: Any, *arguments: Any, **facts: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        ask(*arguments, **facts)
    return refused.value


def test_a_settled_payout_leaves_the_citys_bank_account(paid: Paid) -> None:
    assert paid.states() == (PayoutState.EXPORTED, [PayoutState.EXPORTED] * 2)
    event = paid.settle()
    assert (paid.in_flight_yen(), paid.bank_yen()) == (0, 3_500)
    assert paid.states() == (PayoutState.SETTLED, [PayoutState.SETTLED] * 2)
    booked = paid.city.rows(
        "SELECT j.event_at, t.amount_yen, t.paid_yen FROM ledger.journals AS j"
        " JOIN ledger.transfers AS t ON t.journal_id = j.id WHERE j.id = %s",
        event.journal_id,
    )
    last_moment = city_time(PAY_DAY + timedelta(days=1)) - timedelta(microseconds=1)
    assert booked == [(last_moment, 3_500, 800 + 1_600)]


def test_settling_again_changes_nothing(paid: Paid) -> None:
    event = paid.settle()
    journals = paid.count_of_journals()
    assert paid.settle() == event
    other_day = refusal_of(paid.settle, day=RETURN_DAY)
    assert other_day == PayoutStepNotAllowed(str(paid.payout_id), None, "settled", "settled")
    assert paid.count_of_journals() == journals
    assert paid.bank_yen() == 3_500


def test_a_file_handed_in_is_noted_and_moves_no_money(paid: Paid) -> None:
    day = date(2026, 11, 24)

    def submit(on: date) -> Any:
        return paid.city.ask(record_payout_submitted, paid.payout_id, submitted_on=on, by="finance-2", now=AFTER)

    assert refusal_of(submit, date(2026, 11, 15)) == PayoutDayImpossible(
        given_day=date(2026, 11, 15), first_day=date(2026, 11, 16), today=date(2026, 12, 1)
    )
    event = submit(day)
    assert submit(day) == event
    assert refusal_of(submit, day + timedelta(days=1)) == PayoutStepNotAllowed(
        str(paid.payout_id), None, "submitted", "submitted"
    )
    assert paid.states() == (PayoutState.SUBMITTED, [PayoutState.SUBMITTED] * 2)
    assert (paid.in_flight_yen(), paid.bank_yen()) == (3_500, 0)
    paid.settle()
    assert paid.states()[0] is PayoutState.SETTLED


def test_what_came_back_is_owed_again_and_the_rest_is_settled(paid: Paid) -> None:
    event = paid.returns(1)
    assert (paid.payable_yen(BAKERY), paid.payable_yen(BAKERY, POINTS)) == (1_001, 499)
    assert paid.in_flight_yen() == 2_000
    assert paid.city.rows(
        "SELECT t.amount_yen, t.paid_yen, t.reverses_line, j.corrects_id = p.journal_id FROM ledger.journals AS j"
        " JOIN ledger.transfers AS t ON t.journal_id = j.id JOIN settlement.payouts AS p ON p.id = %s"
        " WHERE j.id = %s ORDER BY t.line",
        paid.payout_id,
        event.journal_id,
    ) == [(1_001, 800, 1, True), (499, 0, 2, True)]
    paid.settle()
    assert (paid.in_flight_yen(), paid.bank_yen()) == (0, 2_000)
    assert paid.states() == (PayoutState.SETTLED, [PayoutState.RETURNED, PayoutState.SETTLED])


def test_returning_again_changes_nothing(paid: Paid) -> None:
    event = paid.returns(1)
    assert paid.returns(1) == event
    assert refusal_of(paid.returns, 1, credit_ref="another") == PayoutStepNotAllowed(
        str(paid.payout_id), 1, "returned", "returned"
    )
    assert paid.in_flight_yen() == 2_000


def test_a_returned_item_is_paid_anew_by_a_payout_that_points_at_it(paid: Paid) -> None:
    old_file = paid.city.ask(payout_file, paid.payout_id)
    old = paid.city.ask(payout_by_id, paid.payout_id)
    paid.returns(1)
    paid.settle()
    new_id = paid.reissues(1)

    new = paid.city.ask(payout_by_id, new_id)
    assert (new.reissues, new.closing_id, new.number) == ((paid.payout_id, 1), old.closing_id, 2)
    (item,) = new.items
    assert [line[1:] for line in item.lines] == [line[1:] for line in old.items[0].lines]
    (record,) = read_transfer_file(paid.city.ask(payout_file, new_id).file_bytes, written_on=date(2026, 12, 1)).items
    assert (record.amount_yen, record.account_number, record.new_code) == (1_500, "7654321", NewCode.CHANGED)
    assert (paid.in_flight_yen(new_id), paid.payable_yen(BAKERY), paid.payable_yen(BAKERY, POINTS)) == (1_500, 0, 0)
    assert paid.states() == (PayoutState.SETTLED, [PayoutState.REISSUED, PayoutState.SETTLED])
    assert paid.states(new_id) == (PayoutState.EXPORTED, [PayoutState.EXPORTED])

    paid.settle(new_id, day=NEW_PAY_DAY, now=city_time(NEW_PAY_DAY, 16))
    assert (paid.bank_yen(), paid.in_flight_yen(new_id)) == (3_500, 0)
    assert paid.city.ask(payout_file, paid.payout_id) == old_file
    assert paid.city.ask(payout_by_id, paid.payout_id).items == old.items


def test_the_next_closing_leaves_a_returned_item_alone(paid: Paid) -> None:
    paid.returns(1)
    paid.city.takes(BAKERY, 70)
    closed = paid.city.closes(date(2026, 11, 30), date(2026, 12, 11))
    assert [(each.merchant_id, each.net_yen) for each in paid.city.ask(list_statements, closed.closing_id)] == [
        (BAKERY, 70)
    ]
    assert paid.payable_yen(BAKERY) == 1_001
    paid.reissues(1)
    assert paid.payable_yen(BAKERY) == 0


def test_reissuing_again_answers_the_same_payout(paid: Paid) -> None:
    paid.returns(1)
    new_id = paid.reissues(1)
    assert paid.reissues(1) == new_id
    assert refusal_of(paid.reissues, 1, bank_account=BANK_ACCOUNTS[BAKERY]) == PayoutStepNotAllowed(
        str(paid.payout_id), 1, "reissued", "reissued"
    )
    assert paid.in_flight_yen(new_id) == 1_500


def test_a_reissue_may_come_back_and_be_reissued(paid: Paid) -> None:
    paid.returns(1)
    second_id = paid.reissues(1)
    paid.returns(1, second_id, returned_on=date(2026, 12, 1), credit_ref="20261201-0001")
    assert refusal_of(paid.settle, second_id, day=NEW_PAY_DAY, now=city_time(NEW_PAY_DAY, 16)) == (
        PayoutStepNotAllowed(str(second_id), None, "returned", "settled")
    )
    third_id = paid.reissues(1, second_id, bank_account=BANK_ACCOUNTS[BAKERY])
    assert [paid.in_flight_yen(payout_id) for payout_id in (paid.payout_id, second_id, third_id)] == [2_000, 0, 1_500]
    assert paid.states(second_id)[1] == [PayoutState.REISSUED]


def test_what_was_settled_cannot_come_back(paid: Paid) -> None:
    paid.settle()
    expected = PayoutStepNotAllowed(str(paid.payout_id), 1, "settled", "returned")
    assert refusal_of(paid.returns, 1) == expected
    assert refusal_of(paid.reissues, 1) == PayoutStepNotAllowed(str(paid.payout_id), 1, "settled", "reissued")
    assert (paid.payable_yen(BAKERY), paid.bank_yen()) == (0, 3_500)


def test_impossible_steps_are_refused_and_change_nothing(paid: Paid) -> None:
    unknown = uuid4()
    journals = paid.count_of_journals()
    assert refusal_of(paid.settle, unknown) == PayoutNotFound(str(unknown))
    assert refusal_of(paid.returns, 3) == PayoutItemNotFound(str(paid.payout_id), 3)
    assert refusal_of(paid.returns, 1, reason=" ") == ReturnNotExplained("reason")
    assert refusal_of(paid.returns, 1, credit_ref="") == ReturnNotExplained("credit_ref")
    assert refusal_of(paid.reissues, 1) == PayoutStepNotAllowed(str(paid.payout_id), 1, "exported", "reissued")
    early, late = PAY_DAY - timedelta(days=1), date(2026, 12, 2)
    for day in (early, late):
        assert refusal_of(paid.settle, day=day) == PayoutDayImpossible(day, PAY_DAY, date(2026, 12, 1))
    assert refusal_of(paid.returns, 1, returned_on=late) == PayoutDayImpossible(
        late, date(2026, 11, 16), date(2026, 12, 1)
    )
    assert paid.count_of_journals() == journals
    assert len(paid.city.ask(payout_by_id, paid.payout_id).events) == 1


@pytest.mark.parametrize(
    "columns",
    ["(1, 'returned', 'x', 'y')", "(NULL, 'submitted', NULL, NULL)", "(1, 'reissued', NULL, NULL)"],
)
def test_the_database_refuses_illegal_steps_too(paid: Paid, columns: str) -> None:
    paid.settle()
    statement = (
        "INSERT INTO settlement.payout_events (id, payout_id, event_day, recorded_at, recorded_by, journal_id,"
        " item_number, kind, reason, credit_ref) SELECT gen_random_uuid(), %s, '2026-12-01', now(), 'x',"
        " CASE WHEN kind <> 'submitted' THEN gen_random_uuid() END, number::int, kind, why, ref"
        f" FROM (VALUES {columns}) AS step (number, kind, why, ref)"
    )
    with pytest.raises(DBAPIError) as refused, paid.city.staff.engine.begin() as connection:
        connection.exec_driver_sql(statement, (paid.payout_id,))
    assert isinstance(refused.value.orig, CheckViolation)
    assert refused.value.orig.diag.constraint_name == "payout_events_step_is_legal"
