"""Closings, payments and payouts at the same moment: each yen is paid once, never twice and never not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from time import monotonic
from typing import Any
from uuid import UUID

from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import AccountKind, Posted, shared_account
from ledger.operations.post_journals import post_journals
from settlement.operations.close_settlement import Closed
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_settled import CITY_BANK, record_payout_settled
from settlement.queries import list_closings, list_payouts, list_statements, merchant_statement
from settlement.refusals import CutoffDayAlreadyClosed, PayoutStepNotAllowed
from tests.settlement.city import BAKERY, GROCER, PAY_DAY, VOUCHER, City, pays

NEXT_CUTOFF, NEXT_PAY_DAY = date(2026, 11, 30), date(2026, 12, 11)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread of its own, started together; answer results or refusals in order."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def payable_yen(city: City, shop: UUID) -> int:
    account = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=VOUCHER, merchant_id=shop)
    return city.balance_yen(account.id)


def test_the_same_closing_asked_for_four_times_at_once_is_made_once(city: City) -> None:
    city.takes(BAKERY, *range(100, 140))
    outcomes = at_once(*[city.closes] * 4)
    assert len({outcome.closing_id for outcome in outcomes}) == 1
    assert sorted(outcome.is_replay for outcome in outcomes) == [False, True, True, True]
    (closing,) = city.ask(list_closings)
    assert (closing.paid_yen, payable_yen(city, BAKERY)) == (sum(range(100, 140)), 0)
    assert len(city.ask(list_payouts, closing.id)) == 1


def test_of_two_clerks_who_close_the_same_day_one_is_refused(city: City) -> None:
    city.takes(BAKERY, 1_000)
    outcomes = at_once(lambda: city.closes(key="one"), lambda: city.closes(key="two"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Closed", "CutoffDayAlreadyClosed"]
    assert CutoffDayAlreadyClosed(cutoff_day=date(2026, 11, 15), closing_number=1) in outcomes
    assert [closing.paid_yen for closing in city.ask(list_closings)] == [1_000]


def test_two_cutoff_days_closed_at_once_share_no_movement(city: City) -> None:
    city.takes(BAKERY, 1_000)
    city.takes(BAKERY, 20, at=city_time(date(2026, 11, 20), 12))
    at_once(
        city.closes,
        lambda: city.closes(NEXT_CUTOFF, NEXT_PAY_DAY),
        lambda: city.closes(date(2026, 12, 15), date(2026, 12, 25)),
    )
    assert sum(closing.paid_yen for closing in city.ask(list_closings)) == 1_020
    assert payable_yen(city, BAKERY) == 0


def test_a_payment_during_a_closing_is_in_it_or_in_the_next(city: City) -> None:
    city.takes(GROCER, 1)
    wallet_id = city.wallet()
    half_paid = Event()

    def pay() -> list[UUID]:
        paid = []
        for number in range(60):
            paid += city.post(*pays(wallet_id, BAKERY, [100 + number]))
            if number == 20:
                half_paid.set()
        return paid

    def close() -> Closed:
        half_paid.wait()
        return city.closes()

    paid, closed = at_once(pay, close)
    again = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    found = [
        row.journal_id
        for closing in (closed, again)
        if any(each.merchant_id == BAKERY for each in city.ask(list_statements, closing.closing_id))
        for row in city.ask(merchant_statement, closing.closing_id, BAKERY).movements
    ]
    assert sorted(found) == sorted(paid)
    assert payable_yen(city, BAKERY) == 0


def test_a_payment_that_commits_after_the_closing_is_in_the_next(city: City) -> None:
    city.takes(BAKERY, 1_000)
    wallet_id = city.wallet()
    with city.pay_database.transaction() as session:
        (outcome,) = post_journals(session, pays(wallet_id, BAKERY, [234]))
        first = city.closes()
    assert isinstance(outcome, Posted)
    second = city.closes(NEXT_CUTOFF, NEXT_PAY_DAY)
    told = [city.ask(merchant_statement, closed.closing_id, BAKERY) for closed in (first, second)]
    assert [statement.paid_yen for statement in told] == [1_000, 234]
    assert [row.journal_id for row in told[1].movements] == [outcome.journal.id]


def test_a_payout_that_is_settled_and_returned_at_once_takes_one_of_the_two_steps_first(city: City) -> None:
    city.takes(BAKERY, 1_000)
    city.takes(GROCER, 500)
    closed = city.closes()
    (payout,) = city.ask(list_payouts, closed.closing_id)
    facts: dict[str, Any] = {"by": "finance-2", "now": city_time(PAY_DAY, 18)}
    reason: dict[str, Any] = {"reason": "口座解約", "credit_ref": "1", "returned_on": PAY_DAY}
    settled, returned = at_once(
        lambda: city.ask(record_payout_settled, payout.id, settled_on=PAY_DAY, **facts),
        lambda: city.ask(record_payout_returned, payout.id, 1, **reason, **facts),
    )
    in_flight = shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference=str(payout.id))
    came_back_yen = 0 if isinstance(returned, PayoutStepNotAllowed) else 1_000
    assert not isinstance(settled, Refusal)
    assert city.balance_yen(in_flight.id) == 0
    assert (payable_yen(city, BAKERY), city.balance_yen(CITY_BANK.id)) == (came_back_yen, 1_500 - came_back_yen)


def test_a_return_waits_for_the_settling_that_began_before(city: City) -> None:
    city.takes(BAKERY, 1_000)
    closed = city.closes()
    (payout,) = city.ask(list_payouts, closed.closing_id)
    now = city_time(PAY_DAY, 18)
    reason: dict[str, Any] = {"reason": "口座解約", "credit_ref": "1", "returned_on": PAY_DAY}
    with ThreadPoolExecutor(1) as threads:
        with city.staff.transaction() as session:
            record_payout_settled(session, payout.id, settled_on=PAY_DAY, by="finance-1", now=now)
            returned = threads.submit(city.ask, record_payout_returned, payout.id, 1, **reason, by="finance-2", now=now)
            until(lambda: returned.done() or is_somebody_waiting(city))
        assert returned.exception() == PayoutStepNotAllowed(str(payout.id), 1, "settled", "returned")
    assert (payable_yen(city, BAKERY), city.balance_yen(CITY_BANK.id)) == (0, 1_000)


def is_somebody_waiting(city: City) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
    return city.rows(f"{waiting} (SELECT oid FROM pg_database WHERE datname = current_database())") != [(0,)]


def until(is_so: Callable[[], bool], timeout_s: float = 4.0) -> None:
    """Look again until it is so; fail when it does not become so."""
    ends_at = monotonic() + timeout_s
    while not is_so():
        assert monotonic() < ends_at
