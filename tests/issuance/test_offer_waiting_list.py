"""Unpaid units go to the next in line, in the order that was published, and never twice."""

from datetime import datetime, timedelta

import pytest

from issuance.lottery.files import parse_waitlist
from issuance.model import WaitingListRun
from issuance.operations.expire_unpaid_purchases import expire_unpaid_purchases
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.provider_model import ProviderStatus
from issuance.provider_refusals import PaymentCameTooLate
from issuance.purchase_model import Purchase, PurchaseState
from issuance.queries import draw_files
from issuance.refusals import PayWindowNotOpen, RoundNotReady
from tests.issuance.market import DRAWN, PAY_UNTIL, Market, contents, provider_payment

ONE_LATER = PAY_UNTIL + timedelta(days=8)


def offer(market: Market, now: datetime) -> WaitingListRun:
    return market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=now))


def test_before_the_draw_there_is_no_list(market: Market) -> None:
    market.opened()
    with pytest.raises(RoundNotReady):
        offer(market, DRAWN)


def test_before_the_deadline_nothing_is_unpaid(market: Market) -> None:
    market.selling([3, 3, 3, 3], offered=4)
    before = contents(market.staff)
    run = offer(market, PAY_UNTIL - timedelta(milliseconds=1))
    assert (run.forfeited_units, run.offers, run.left_units) == (0, (), 0)
    assert contents(market.staff) == before


def test_offers_follow_the_published_order_and_skip_those_who_did_not_pay(market: Market) -> None:
    market.selling([3, 3, 3, 3], offered=4)
    lost = {0, 1}
    receipts = [market.grants(number)[0].receipt for number in range(4)]
    for number in (2, 3):
        market.pay(market.bought(number, 1))
    files = market.worker.run(lambda session: draw_files(session, market.round_id))
    places = list(enumerate(parse_waitlist(files["waitlist.csv"]), start=1))
    keeps = [(position, entry) for position, entry in places if entry.receipt not in {receipts[n] for n in lost}]

    run = offer(market, PAY_UNTIL)
    assert run.forfeited_units == 2
    assert [(item.position, item.receipt, item.units) for item in run.offers] == [
        (position, entry.receipt, 1) for position, entry in keeps[:2]
    ]
    again = offer(market, PAY_UNTIL)
    assert (again.forfeited_units, again.offers) == (0, ())

    # Nobody paid the offers: they lose what is left of their places, and so nobody waits any more.
    later = offer(market, run.pay_until)
    assert (later.forfeited_units, later.offers, later.left_units) == (2, (), 2)


def test_the_second_run_goes_on_where_the_first_one_ended(market: Market) -> None:
    market.selling([3, 3, 3, 3], offered=4)
    receipts = [market.grants(number)[0].receipt for number in range(4)]
    for number in (1, 2, 3):
        market.pay(market.bought(number, 1))
    first = offer(market, PAY_UNTIL)
    assert [item.units for item in first.offers] == [1]
    winner = receipts.index(first.offers[0].receipt)
    assert winner != 0
    second = offer(market, first.pay_until)
    assert second.forfeited_units == 1
    assert [item.position > first.offers[0].position for item in second.offers] == [True]
    assert receipts.index(second.offers[0].receipt) not in {0, winner}


def test_units_that_a_purchase_under_way_holds_are_not_passed_on_yet(market: Market) -> None:
    market.selling([2, 2], offered=2)
    purchase = market.bought(0, 1)
    market.pay(market.bought(1, 1))
    assert offer(market, PAY_UNTIL).forfeited_units == 0
    given_up = market.worker.run(lambda session: expire_unpaid_purchases(session, now=PAY_UNTIL + timedelta(hours=2)))
    assert [item.id for item in given_up] == [purchase.id]
    run = offer(market, PAY_UNTIL + timedelta(hours=2))
    assert (run.forfeited_units, len(run.offers)) == (1, 1)

    # The slip was paid in the last minute, but the unit has gone: the money is not lost, it must be given back.
    late = market.process_now(provider_payment(purchase, ProviderStatus.SUCCEEDED), PAY_UNTIL + timedelta(hours=3))
    assert late == PaymentCameTooLate(purchase_id=str(purchase.id), received_yen=4_000)


def test_money_that_arrives_after_the_deadline_counts_while_the_unit_is_still_there(market: Market) -> None:
    market.selling([2, 2], offered=2)
    purchase = market.bought(0, 1)
    market.worker.run(lambda session: expire_unpaid_purchases(session, now=PAY_UNTIL + timedelta(hours=2)))
    paid = market.process_now(provider_payment(purchase, ProviderStatus.SUCCEEDED), PAY_UNTIL + timedelta(hours=3))
    assert isinstance(paid, Purchase)
    assert paid.state is PurchaseState.PAID
    assert offer(market, PAY_UNTIL + timedelta(hours=3)).forfeited_units == 1


def test_an_offer_has_its_own_deadline(market: Market) -> None:
    market.selling([2, 2], offered=2)
    market.pay(market.bought(0, 1))
    run = offer(market, PAY_UNTIL)
    assert run.pay_until == ONE_LATER
    (refused,) = market.start(market.request(0, 1, "late"), now=ONE_LATER)
    assert isinstance(refused, PayWindowNotOpen)
    bought = market.bought(0, 1, "in time", ONE_LATER - timedelta(milliseconds=1))
    assert bought.units == 1


def test_after_the_last_day_of_use_nothing_is_offered(market: Market) -> None:
    market.selling([2, 2], offered=2)
    market.pay(market.bought(0, 1))
    long_after = PAY_UNTIL + timedelta(days=365)
    run = offer(market, long_after)
    assert (run.forfeited_units, run.offers, run.left_units) == (1, (), 1)
