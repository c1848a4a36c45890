"""Caps hold over all rounds of a campaign and in every channel: the web, the counter, and a form on paper."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from issuance.model import ApplicationReceipt, ApplicationRequest, Channel, RoundDraft, WithdrawalRequest
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.withdraw_application import withdraw_application
from issuance.queries import my_grants
from issuance.refusals import AlreadyApplied, HouseholdNotKnown, UnitsExceedHouseholdCap, UnitsExceedPersonCap
from kernel.clock import SetClock
from kernel.refusals import Refusal
from tests.issuance.market import (
    CAMPAIGN,
    DRAWN,
    FIRST_COME,
    OPENS,
    PAY_UNTIL,
    PAYING,
    ROUND,
    TERMS,
    Market,
    application,
    by_clerk,
    contents,
    person,
    receipt_of,
)

HOME, NEXT_DOOR = UUID(int=0xF1), UUID(int=0xF2)
FAMILY = replace(CAMPAIGN, terms=replace(TERMS, max_units_per_household=6))
SECOND = replace(ROUND, slug="premium-2023-b", units_offered=10)


def member(round_id: UUID, number: int, units: int, home: UUID | None = HOME) -> ApplicationRequest:
    return replace(application(round_id, number, units), household_id=home)


def at_counter(market: Market, request: ApplicationRequest, channel: Channel) -> ApplicationReceipt | Refusal:
    return market.submit(by_clerk(request, channel))[0]


def person_cap(asked: int, left: int) -> UnitsExceedPersonCap:
    return UnitsExceedPersonCap(asked_units=asked, left_units=left, max_units=5)


def household_cap(asked: int, left: int) -> UnitsExceedHouseholdCap:
    return UnitsExceedHouseholdCap(asked_units=asked, left_units=left, max_units=6)


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.PAPER])
def test_one_person_has_one_cap_over_all_rounds_and_channels(market: Market, channel: Channel) -> None:
    first = market.opened()
    second = market.open_round(SECOND)
    receipt_of(market.submit(application(first, 0, 3))[0])
    assert at_counter(market, application(second, 0, 3), channel) == person_cap(3, 2)
    receipt_of(at_counter(market, application(second, 0, 2), channel))
    assert market.submit(application(first, 0, 4)) == [person_cap(4, 3)]
    # Asking for less makes room in the other round.
    receipt_of(market.submit(application(first, 0, 1))[0])
    receipt_of(at_counter(market, replace(application(second, 0, 4), replaces=1), channel))


def test_an_application_on_paper_after_one_by_phone_changes_it_for_whoever_saw_that_one(market: Market) -> None:
    round_id = market.opened()
    by_phone = market.submit(application(round_id, 0, 2))[0]
    double = AlreadyApplied(
        receipt=receipt_of(by_phone), version=1, channel="web", received_at=OPENS.isoformat(), units=2
    )
    for units in (2, 5):
        assert at_counter(market, application(round_id, 0, units), Channel.PAPER) == double
    changed = at_counter(market, replace(application(round_id, 0, 5), replaces=1), Channel.PAPER)
    assert isinstance(changed, ApplicationReceipt)
    assert (receipt_of(changed), changed.receipt.version) == (receipt_of(by_phone), 2)


def test_a_double_tap_and_a_second_device_in_one_batch_are_one_application(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    answers = market.submit(*[member(round_id, 0, 5)] * 3, replace(member(round_id, 0, 5), key="tablet"))
    assert len({receipt_of(answer) for answer in answers}) == 1
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == 1


def test_a_household_shares_one_cap_in_a_round_also_within_one_batch(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    answers = market.submit(
        member(round_id, 0, 4), member(round_id, 1, 3), member(round_id, 1, 2), member(round_id, 2, 5, NEXT_DOOR)
    )
    assert answers[1] == household_cap(3, 2)
    assert [isinstance(answer, ApplicationReceipt) for answer in answers] == [True, False, True, True]
    assert market.submit(member(round_id, 3, 1)) == [household_cap(1, 0)]
    assert at_counter(market, member(round_id, 3, 1), Channel.COUNTER) == household_cap(1, 0)


def test_a_household_shares_one_cap_over_all_rounds(market: Market) -> None:
    first = market.opened(draft=FAMILY)
    second = market.open_round(SECOND)
    receipt_of(market.submit(member(first, 0, 4))[0])
    assert market.submit(member(second, 1, 3)) == [household_cap(3, 2)]
    market.apply.run(
        lambda session: withdraw_application(session, WithdrawalRequest(first, person(0)), clock=SetClock(OPENS))
    )
    receipt_of(market.submit(member(second, 1, 5))[0])


def test_a_cap_of_households_needs_to_know_them(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    before = contents(market.staff)
    assert market.submit(application(round_id, 0, 1)) == [HouseholdNotKnown()]
    assert contents(market.staff) == before


def test_whoever_moved_to_another_household_counts_there(market: Market) -> None:
    round_id = market.opened(draft=FAMILY)
    market.submit(member(round_id, 0, 4), member(round_id, 0, 3, NEXT_DOOR))
    assert market.submit(member(round_id, 1, 4, NEXT_DOOR)) == [household_cap(4, 3)]
    receipt_of(market.submit(member(round_id, 2, 5))[0])


def test_what_was_granted_at_once_counts_and_what_was_not_paid_does_not(market: Market) -> None:
    first_come = market.opened(FIRST_COME, draft=FAMILY)
    receipt_of(market.submit(member(first_come, 0, 4))[0])
    second = market.open_round(SECOND)
    assert market.submit(member(second, 0, 2)) == [person_cap(2, 1)]
    assert market.submit(member(second, 1, 3)) == [household_cap(3, 2)]
    receipt_of(market.submit(member(second, 0, 1))[0])


def test_who_won_little_may_ask_for_the_rest_in_a_later_round(market: Market) -> None:
    market.selling([5, 5, 5, 5, 5])
    (grant,) = market.grants(0)
    assert grant.units == 2
    rest = market.open_round(_later("rest", 10), DRAWN)
    assert market.submit(application(rest, 0, 4), now=PAYING) == [person_cap(4, 3)]
    receipt_of(market.submit(application(rest, 0, 3), now=PAYING)[0])


def test_the_waiting_list_passes_over_who_is_at_the_cap_by_another_round(market: Market) -> None:
    market.selling([5, 5, 5, 5, 5])
    drawn_round = market.round_id
    rest = market.open_round(_later("rest", 10), DRAWN)
    for number in range(1, 4):
        receipt_of(market.submit(application(rest, number, 3), now=PAYING)[0])
    # Person 0 does not pay and loses the places; 1 to 3 are at the cap with what they ask for now; 4 is served.
    market.round_id = drawn_round
    for number in range(1, 5):
        market.pay(market.bought(number, 2, key=f"buy {number}"))
    run = market.worker.run(lambda session: offer_waiting_list(session, drawn_round, now=PAY_UNTIL))
    receipts = {market.grants(number)[0].receipt: number for number in range(5)}
    assert run.forfeited_units == 2
    assert {receipts[offer.receipt] for offer in run.offers} == {4}
    assert (sum(offer.units for offer in run.offers), run.left_units) == (2, 0)
    granted = market.apply.run(lambda session: my_grants(session, person(4), now=PAY_UNTIL))
    assert sum(grant.units for grant in granted) == 4


def test_another_campaign_has_caps_of_its_own(market: Market) -> None:
    first = market.opened()
    receipt_of(market.submit(application(first, 0, 5))[0])
    other = market.opened(replace(ROUND, slug="autumn-1"), replace(CAMPAIGN, slug="autumn"))
    receipt_of(market.submit(application(other, 0, 5))[0])
    assert market.staff.run(lambda session: my_grants(session, person(0), now=OPENS)) == []


def _later(slug: str, units: int) -> RoundDraft:
    closes, pay_from = PAYING + timedelta(days=1), PAYING + timedelta(days=7)
    until = PAY_UNTIL + timedelta(days=10)
    return replace(
        ROUND, slug=slug, units_offered=units, opens_at=DRAWN, closes_at=closes, pay_from=pay_from, pay_until=until
    )


def test_the_database_knows_every_channel_of_the_code(market: Market) -> None:
    round_id = market.opened()
    for number, channel in enumerate(Channel):
        asked = application(round_id, number, 1)
        receipt_of(market.submit(asked if channel is Channel.WEB else by_clerk(asked, channel))[0])
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == len(Channel)
