"""Who has not paid is reminded; what was not paid in time goes to the next in line, and what is left is sold again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from issuance.model import PurchaseMethod, RoundRule
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.open_remainder_round import open_remainder_round
from issuance.provider_model import KonbiniSlip, ProviderStatus
from issuance.provider_refusals import NoUnitsLeftToSell
from issuance.purchase_model import PayReminder, Purchase
from issuance.queries import find_round, purchases_to_remind, rounds_to_pass_on, units_left_to_sell
from issuance.refusals import CampaignUnknown
from kernel.ids import new_id
from tests.issuance.market import (
    FIRST_COME,
    HANA,
    PAY_UNTIL,
    PAYING,
    Market,
    application,
    person,
    provider_payment,
    wallet,
)
from tests.issuance.selling import audited, paid

THREE_DAYS = timedelta(days=3)
LATER = PAY_UNTIL + timedelta(days=1)
REST = replace(
    FIRST_COME,
    units_offered=1,
    opens_at=LATER,
    closes_at=LATER + timedelta(days=10),
    pay_from=LATER,
    pay_until=LATER + timedelta(days=12),
)


def reminders(market: Market, now: datetime) -> list[PayReminder]:
    return market.worker.run(lambda session: purchases_to_remind(session, now=now, due_within=THREE_DAYS))


def units_left(market: Market) -> int:
    return market.staff.run(lambda session: units_left_to_sell(session, market.campaign_id))


def test_who_has_not_paid_is_reminded_before_the_window_closes(market: Market) -> None:
    market.selling([3, 2])
    paid(market, 1, 2)
    paid(market, 0, 1)
    market.bought(0, 1, "under way")
    assert reminders(market, PAY_UNTIL - THREE_DAYS - timedelta(microseconds=1)) == []
    (due,) = reminders(market, PAY_UNTIL - THREE_DAYS)
    grant = market.grants(0)[0]
    assert due == PayReminder(
        grant_id=grant.grant_id,
        round_id=market.round_id,
        campaign_id=market.campaign_id,
        person_id=person(0),
        wallet_id=wallet(0),
        units_unpaid=2,
        amount_yen=8_000,
        pay_until=PAY_UNTIL,
        slip_expires_at=None,
    )
    assert reminders(market, PAY_UNTIL) == []


def test_a_slip_that_ends_earlier_is_reminded_of_before(market: Market) -> None:
    market.selling([1])
    (purchase,) = market.start(market.request(0, 1, method=PurchaseMethod.KONBINI))
    assert isinstance(purchase, Purchase)
    slip = KonbiniSlip(PAYING + THREE_DAYS, None, {})
    recorded = market.record(purchase, provider_payment(purchase, ProviderStatus.REQUIRES_ACTION, slip=slip))
    assert [(due.units_unpaid, due.slip_expires_at) for due in reminders(market, PAYING)] == [(1, slip.expires_at)]
    market.pay(recorded)
    assert reminders(market, PAYING) == []


def test_rounds_with_unpaid_units_are_passed_on_until_nobody_waits(market: Market) -> None:
    market.selling([3, 3, 3], offered=3)
    paid(market, 0, 1)

    def due(now: datetime) -> list[object]:
        return list(market.worker.run(lambda session: rounds_to_pass_on(session, now=now)))

    assert due(PAY_UNTIL - timedelta(microseconds=1)) == []
    assert due(PAY_UNTIL) == [market.round_id]
    run = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=PAY_UNTIL))
    assert due(PAY_UNTIL) == []
    assert due(run.pay_until) == [market.round_id]
    last = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=run.pay_until))
    assert (due(run.pay_until), last.offers) == ([], ())


def test_what_is_left_is_sold_in_another_round_until_nothing_is(market: Market) -> None:
    market.selling([3, 3])
    assert units_left(market) == 14
    paid(market, 0, 3)
    market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=PAY_UNTIL))
    assert units_left(market) == 17

    def open_rest(number: int, rule: RoundRule = RoundRule.FIRST_COME) -> int:
        round_ = replace(REST, slug=f"rest-{number}", rule=rule)
        market.round_id = market.staff.run(
            lambda session: open_remainder_round(
                session, campaign_id=market.campaign_id, round=round_, by=HANA, now=PAY_UNTIL
            )
        )
        opened = market.staff.run(lambda session: find_round(session, market.round_id))
        assert opened is not None
        return opened.units_offered

    assert open_rest(2) == 17
    with pytest.raises(NoUnitsLeftToSell) as sold_out:
        open_rest(3)
    assert sold_out.value == NoUnitsLeftToSell(units_total=20)
    market.submit(*(application(market.round_id, number, 5) for number in (3, 4, 5)), now=LATER)
    assert units_left(market) == 0
    for number in (3, 4):
        assert paid(market, number, 5, "rest", LATER).amount_yen == 20_000
    audited(market)


def test_a_remainder_may_be_drawn_as_well(market: Market) -> None:
    market.selling([3])
    drawn = replace(
        REST,
        slug="rest-drawn",
        rule=RoundRule.EQUAL_FIRST,
        pay_from=REST.closes_at,
        pay_until=LATER + timedelta(days=20),
    )
    round_id = market.staff.run(
        lambda session: open_remainder_round(session, campaign_id=market.campaign_id, round=drawn, by=HANA, now=PAYING)
    )
    opened = market.staff.run(lambda session: find_round(session, round_id))
    assert opened is not None
    assert (opened.rule, opened.units_offered) == (RoundRule.EQUAL_FIRST, 17)


def test_an_unknown_campaign_has_nothing_to_sell(market: Market) -> None:
    assert market.worker.run(lambda session: units_left_to_sell(session, new_id())) == 0
    with pytest.raises(CampaignUnknown):
        market.staff.run(
            lambda session: open_remainder_round(session, campaign_id=new_id(), round=REST, by=HANA, now=PAYING)
        )
