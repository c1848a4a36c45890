"""A list holds whoever counts, households as one row, and says of everybody else why not."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from issuance.ceremony.queries import explain_application, void_applications
from issuance.lottery.files import parse_applications, parse_results
from issuance.lottery.hashing import group_id
from issuance.lottery.manifest import parse_manifest
from issuance.lottery.refusals import ApplicantsNotChecked, CampaignKeyDiffers
from issuance.lottery.rule_sheet import Grouping
from issuance.model import WithdrawalRequest
from issuance.model.draws import VoidApplication, VoidReason
from issuance.operations.run_draw import run_draw
from issuance.operations.withdraw_application import withdraw_application
from kernel.clock import SetClock
from tests.issuance.ceremony.hall import applied, close, files, freeze, in_household, refused
from tests.issuance.market import (
    CAMPAIGN,
    DRAWN,
    OPENS,
    ROUND,
    SIGNATURE,
    TERMS,
    Market,
    application,
    person,
    sheet_plan,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def grouped(market: Market) -> Market:
    """A round in which a household is one row of at most eight units."""
    market.opened(ROUND, replace(CAMPAIGN, terms=replace(TERMS, max_units_per_household=8)))
    market.publish_rules(sheet_plan(grouping=Grouping.HOUSEHOLD), KEY)
    return market


def void(market: Market) -> list[VoidApplication]:
    return market.staff.run(lambda session: void_applications(session, market.round_id))


def test_who_died_or_moved_is_void_and_everybody_is_counted(market: Market) -> None:
    round_id = market.opened()
    receipts = [item.receipt for item in applied(market, *(application(round_id, number, 2) for number in range(4)))]
    standings = {person(0): None, person(1): VoidReason.DIED, person(2): VoidReason.MOVED, person(3): None}
    closed = close(market, standings=standings)
    assert (closed.rows, closed.received, closed.void) == (2, 4, {"died": 1, "moved": 1})
    listed = {row.receipt for row in parse_applications(files(market)["applications.csv"])}
    assert listed == {receipts[0], receipts[3]}
    assert {(item.receipt, item.reason) for item in void(market)} == {
        (receipts[1], VoidReason.DIED),
        (receipts[2], VoidReason.MOVED),
    }


def test_a_list_is_not_closed_over_somebody_whom_nobody_checked(market: Market) -> None:
    round_id = market.opened()
    applied(market, application(round_id, 0, 2), application(round_id, 1, 2))
    no = refused(market, lambda: close(market, standings={person(0): None}))
    assert no == ApplicantsNotChecked(unchecked=1)


def test_a_household_is_one_row_with_the_earliest_receipt_and_its_cap(grouped: Market) -> None:
    round_id = grouped.round_id
    (late,) = applied(grouped, in_household(application(round_id, 0, 3), 7), now=OPENS + MINUTE)
    (early,) = applied(grouped, in_household(application(round_id, 1, 4), 7), now=OPENS)
    (changed,) = applied(grouped, in_household(application(round_id, 1, 5), 7), now=OPENS + 2 * MINUTE)
    (alone,) = applied(grouped, in_household(application(round_id, 2, 5), 9), now=OPENS)
    (single,) = applied(grouped, in_household(application(round_id, 3, 2), 8), now=OPENS)
    closed = close(grouped, campaign_key=KEY)
    rows = {row.receipt: (row.units, row.group) for row in parse_applications(files(grouped)["applications.csv"])}
    assert rows == {
        early.receipt: (8, group_id(KEY, "00000000-0000-0000-0000-000000000007")),
        alone.receipt: (5, group_id(KEY, "00000000-0000-0000-0000-000000000009")),
        single.receipt: (2, group_id(KEY, "00000000-0000-0000-0000-000000000008")),
    }
    assert changed.receipt == early.receipt
    assert (closed.received, closed.void) == (4, {"merged": 1})
    assert void(grouped) == [VoidApplication(late.receipt, VoidReason.MERGED, early.receipt)]
    told = grouped.staff.run(lambda session: explain_application(session, round_id, late.receipt))
    assert (told.void_reason, told.stands_for_it, told.listed_units) == (VoidReason.MERGED, early.receipt, None)
    stands = grouped.staff.run(lambda session: explain_application(session, round_id, early.receipt))
    assert (stands.stands_for, stands.units_asked, stands.listed_units) == ((late.receipt,), 5, 8)


def test_of_two_at_the_same_moment_the_smaller_receipt_stands_and_the_withdrawn_do_not(grouped: Market) -> None:
    round_id = grouped.round_id
    three = applied(grouped, *(in_household(application(round_id, number, 2), 7) for number in range(3)))
    taken_back = WithdrawalRequest(round_id, person(2))
    grouped.apply.run(lambda session: withdraw_application(session, taken_back, clock=SetClock(OPENS)))
    close(grouped, campaign_key=KEY)
    (row,) = parse_applications(files(grouped)["applications.csv"])
    assert (row.receipt, row.units) == (min(three[0].receipt, three[1].receipt), 4)
    assert {item.reason for item in void(grouped)} == {VoidReason.MERGED, VoidReason.WITHDRAWN}


def test_a_dead_member_neither_stands_for_the_household_nor_adds_units(grouped: Market) -> None:
    round_id = grouped.round_id
    (dead,) = applied(grouped, in_household(application(round_id, 0, 5), 7), now=OPENS)
    (living,) = applied(grouped, in_household(application(round_id, 1, 2), 7), now=OPENS + MINUTE)
    close(grouped, campaign_key=KEY, standings={person(0): VoidReason.DIED, person(1): None})
    (row,) = parse_applications(files(grouped)["applications.csv"])
    assert (row.receipt, row.units) == (living.receipt, 2)
    assert void(grouped) == [VoidApplication(dead.receipt, VoidReason.DIED, None)]


def test_households_are_hidden_by_the_key_that_was_made_before_opening_and_no_other(grouped: Market) -> None:
    for key in (None, OTHER_KEY):
        no = refused(grouped, partial(close, grouped, campaign_key=key))
        assert no == CampaignKeyDiffers(round_slug=ROUND.slug)


def test_a_households_row_may_ask_for_more_than_one_person_and_is_drawn_as_one(grouped: Market) -> None:
    round_id = grouped.round_id
    asked = [in_household(application(round_id, number, 5 - number % 2 * 2), number // 2) for number in range(6)]
    applied(grouped, *asked)
    close(grouped, campaign_key=KEY)
    grouped.name_beacon()
    freeze(grouped)
    assert parse_manifest(_drawn(grouped)["manifest.json"]).max_units == 8
    results = parse_results(files(grouped)["results.csv"])
    assert (len(results), sum(results.values()), max(results.values())) == (3, 10, 4)


def _drawn(market: Market) -> dict[str, bytes]:
    market.worker.run(lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=DRAWN))
    return dict(files(market))
