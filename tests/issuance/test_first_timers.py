"""A round for first-timers: whom another round of the campaign granted units waits for the next one."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from issuance.ceremony.queries import rule_sheet
from issuance.ceremony.rules.sheets import GRANTED_BEFORE
from issuance.lottery.rule_sheet import Grouping
from issuance.model import ApplicationReceipt, Channel, ClerkEntry, Eligibility, Quota, RoundDraft
from issuance.operations.close_round import close_round
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.run_draw import run_draw
from issuance.operations.submit_applications import submit_applications
from issuance.queries import find_round, units_left_for
from issuance.refusals import GrantedInEarlierRound, NotForThisQuota, UnitsOutOfRange
from issuance.rules.applications import check_eligibility
from kernel.clock import SetClock, city_date
from kernel.refusals import Refusal
from tests.issuance.market import (
    CAMPAIGN,
    CLOSES,
    DRAWN,
    FIRST_COME,
    FROZEN,
    FUMI,
    HANA,
    PAY_UNTIL,
    PAYING,
    ROUND,
    SECRET,
    SIGNATURE,
    SIGNER,
    TERMS,
    Market,
    application,
    person,
    receipt_of,
    sheet_plan,
)

KEY = bytes(range(32, 64))
HOME = UUID(int=0xF1)
ROOMY = replace(CAMPAIGN, terms=replace(TERMS, units_total=60, budget_yen=60_000, max_units_per_person=10))
NO = GrantedInEarlierRound()


def rest(slug: str = "premium-2023-rest", units_offered: int = 10) -> RoundDraft:
    """What was left, at once, for those who have nothing yet."""
    return replace(
        FIRST_COME,
        slug=slug,
        units_offered=units_offered,
        opens_at=DRAWN,
        closes_at=PAY_UNTIL + timedelta(days=7),
        pay_from=DRAWN,
        pay_until=PAY_UNTIL + timedelta(days=14),
        first_time_only=True,
    )


@pytest.fixture
def drawn(market: Market) -> Market:
    """Five asked for five units each and the draw gave three of them one each; a round for the others is open."""
    market.opened(replace(ROUND, units_offered=3), ROOMY)
    market.drawn([5, 5, 5, 5, 5])
    market.open_round(rest(), DRAWN)
    return market


def winners(market: Market) -> list[int]:
    return [number for number in range(5) if market.grants(number)]


def enters(market: Market, number: int, channel: Channel) -> ApplicationReceipt | Refusal:
    form = f"A-{number}" if channel is Channel.PAPER else None
    entry = None if channel is Channel.WEB else ClerkEntry(HANA.id, form, city_date(PAYING) if form else None)
    asked = replace(application(market.round_id, number, 2), channel=channel, entry=entry)
    return market.staff.run(
        lambda session: submit_applications(session, [asked], signer=SIGNER, clock=SetClock(PAYING))
    )[0]


def test_a_quota_is_asked_before_an_earlier_grant() -> None:
    terms = replace(TERMS, quotas=(Quota("スマホなし", 4, without_smartphone=True),))
    with pytest.raises(NotForThisQuota):
        check_eligibility(Eligibility(has_smartphone=True), terms, "スマホなし", had_a_turn=True)
    with pytest.raises(GrantedInEarlierRound) as no:
        check_eligibility(Eligibility(has_smartphone=False), terms, "スマホなし", had_a_turn=True)
    assert no.value.facts == {}


@pytest.mark.parametrize("channel", Channel)
def test_who_won_before_is_refused_in_every_channel_and_who_won_nothing_is_not(drawn: Market, channel: Channel) -> None:
    won = winners(drawn)
    assert len(won) == 3
    outcomes = [enters(drawn, number, channel) for number in range(6)]
    assert [number for number, outcome in enumerate(outcomes) if outcome == NO] == won
    assert sum(isinstance(outcome, ApplicationReceipt) for outcome in outcomes) == 3


def test_who_won_is_told_so_before_the_units_are_looked_at(drawn: Market) -> None:
    first = winners(drawn)[0]
    assert drawn.submit(application(drawn.round_id, first, 99), now=PAYING) == [NO]
    assert drawn.submit(application(drawn.round_id, 77, 99), now=PAYING) == [
        UnitsOutOfRange(asked_units=99, max_units=5)
    ]


def test_the_wallet_knows_beforehand(drawn: Market) -> None:
    def was_granted(number: int) -> bool:
        return drawn.apply.run(
            lambda session: units_left_for(session, drawn.round_id, person(number), None)
        ).was_granted

    assert [number for number in range(6) if was_granted(number)] == winners(drawn)


def test_a_win_that_was_not_paid_for_was_one_and_so_is_what_the_waiting_list_gave(market: Market) -> None:
    market.opened(replace(ROUND, units_offered=3), ROOMY)
    market.drawn([5, 5, 5, 5, 5])
    won, first_round = winners(market), market.round_id
    run = market.worker.run(lambda session: offer_waiting_list(session, first_round, now=PAY_UNTIL))
    assert run.forfeited_units == 3
    served = winners(market)
    assert len(served) > len(won)
    market.open_round(rest(), DRAWN)
    answers = market.submit(*(application(market.round_id, number, 1) for number in range(6)), now=PAY_UNTIL)
    assert [number for number, answer in enumerate(answers) if answer == NO] == served


def test_what_a_batch_grants_at_once_counts_in_the_same_batch(market: Market) -> None:
    at_once = market.opened(replace(FIRST_COME, units_offered=10), ROOMY)
    firsts = market.open_round(replace(FIRST_COME, slug="firsts", units_offered=10, first_time_only=True))
    answers = market.submit(application(at_once, 0, 1), application(firsts, 0, 1))
    assert answers[1] == NO
    answers = market.submit(application(firsts, 1, 1), application(at_once, 1, 1))
    assert all(isinstance(answer, ApplicationReceipt) for answer in answers)


def test_a_rounds_own_grant_is_none_of_another_round_and_its_receipt_is_given_again(drawn: Market) -> None:
    loser = next(number for number in range(5) if number not in winners(drawn))
    (given,) = drawn.submit(application(drawn.round_id, loser, 2), now=PAYING)
    (again,) = drawn.submit(application(drawn.round_id, loser, 2), now=PAYING)
    assert receipt_of(again) == receipt_of(given)
    drawn.open_round(rest("premium-2023-more"), DRAWN)
    assert drawn.submit(application(drawn.round_id, loser, 1), now=PAYING) == [NO]


def test_another_campaign_and_a_round_for_everybody_ask_nobody(drawn: Market) -> None:
    first = winners(drawn)[0]
    drawn.open_round(replace(rest("premium-2023-open"), first_time_only=False), DRAWN)
    receipt_of(drawn.submit(application(drawn.round_id, first, 1), now=PAYING)[0])
    other = drawn.opened(rest("autumn-1"), replace(CAMPAIGN, slug="autumn"))
    receipt_of(drawn.submit(application(other, first, 1), now=PAYING)[0])


def test_a_household_that_was_drawn_as_one_had_its_turn_as_one(market: Market) -> None:
    family = replace(ROOMY, terms=replace(ROOMY.terms, max_units_per_household=8))
    first_round = market.opened(ROUND, family)
    market.publish_rules(sheet_plan(grouping=Grouping.HOUSEHOLD), KEY)
    together = [replace(application(first_round, number, 2), household_id=HOME) for number in range(2)]
    market.submit(*together, replace(application(first_round, 2, 2), household_id=UUID(int=0xF2)))
    market.staff.run(lambda session: close_round(session, first_round, now=CLOSES, campaign_key=KEY))
    market.name_beacon()
    market.staff.run(lambda session: freeze_draw(session, first_round, reveals=[SECRET.hex()], by=FUMI, now=FROZEN))
    market.worker.run(lambda session: run_draw(session, first_round, signature_hex=SIGNATURE, now=DRAWN))
    firsts = market.open_round(rest(), DRAWN)
    # One of the two holds the grant of the household's row; a third member never applied.
    assert sum(bool(market.grants(number)) for number in range(2)) == 1
    asked = [replace(application(firsts, number, 1), household_id=HOME) for number in (0, 1, 5)]
    answers = market.submit(*asked, now=PAYING)
    assert answers[:2] == [NO, NO]
    receipt_of(answers[2])


def test_the_round_remembers_and_its_rule_sheet_says_whom_it_leaves_out(market: Market) -> None:
    round_id = market.opened(replace(ROUND, first_time_only=True))
    round_ = market.staff.run(lambda session: find_round(session, round_id))
    assert round_ is not None
    assert round_.first_time_only
    published = market.staff.run(lambda session: rule_sheet(session, round_id))
    assert published is not None
    assert published.exclusions[-1] == GRANTED_BEFORE
    everybody = market.open_round(replace(ROUND, slug="premium-2023-all"))
    published = market.staff.run(lambda session: rule_sheet(session, everybody))
    assert published is not None
    assert GRANTED_BEFORE not in published.exclusions
