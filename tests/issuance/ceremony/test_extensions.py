"""A deadline moves only by an event that two people recorded before it."""

import json
from datetime import timedelta
from functools import partial

import psycopg
import pytest

from issuance.ceremony.operations.ask_extension import ask_extension
from issuance.ceremony.refusals import (
    CeremonyReasonMissing,
    DrawDatesNotInOrder,
    ExtensionNotLater,
    ExtensionTooLate,
    NothingToConfirm,
)
from issuance.lottery.refusals import BeaconRoundNotAsAnnounced
from issuance.model import ApplicationReceipt
from issuance.queries import find_round
from issuance.refusals import RoundNotOpen, RoundStillOpen, SecondPersonNeeded
from tests.issuance.ceremony.hall import applied, ask_later, close, confirm_later, files, refused
from tests.issuance.market import (
    BEACON_ROUND,
    CLOSES,
    DRAW_AT,
    FUMI,
    HANA,
    PAY_FROM,
    PAY_UNTIL,
    Market,
    application,
)

SECOND = timedelta(seconds=1)
LATER = CLOSES + timedelta(hours=12)
LATER_DRAW = DRAW_AT + timedelta(hours=2)
EVENING = CLOSES - timedelta(hours=6)


def extend(market: Market) -> None:
    ask_later(market, LATER, LATER_DRAW, now=EVENING)
    confirm_later(market, now=EVENING)


def test_an_extension_is_published_and_counts_at_once(market: Market) -> None:
    round_id = market.opened()
    extend(market)
    assert json.loads(files(market)["extension_1.json"]) == {
        "campaign": "premium-2023-1",
        "closed_at_before": "2023-09-09T15:00:00Z",
        "closes_at": "2023-09-10T03:00:00Z",
        "draw_at": "2023-09-15T13:00:03Z",
        "reason": "台風",
        "recorded_at": "2023-09-09T09:00:00Z",
    }
    assert refused(market, lambda: close(market)) == RoundStillOpen(closes_at=LATER.isoformat())
    applied(market, application(round_id, 0, 1), now=LATER - SECOND)
    (outcome,) = market.submit(application(round_id, 1, 1), now=LATER)
    assert isinstance(outcome, RoundNotOpen)
    assert close(market, now=LATER).rows == 1


def test_an_extension_lets_nobody_apply_twice(market: Market) -> None:
    round_id = market.opened()
    (first,) = applied(market, application(round_id, 0, 2), now=CLOSES - SECOND)
    extend(market)
    (again,) = applied(market, application(round_id, 0, 5), now=LATER - SECOND)
    assert (again.receipt, again.version) == (first.receipt, 2)
    assert close(market, now=LATER).received == 1


def test_the_draw_is_named_for_the_time_that_the_extension_announced(market: Market) -> None:
    market.opened()
    extend(market)
    close(market, now=LATER)
    no = refused(market, market.name_beacon)
    assert no == BeaconRoundNotAsAnnounced(draw_at=DRAW_AT.isoformat(), announced_at=LATER_DRAW.isoformat())
    named = market.name_beacon(beacon_round=BEACON_ROUND + 2_400)
    assert named.due_at == LATER_DRAW


def test_after_the_deadline_nothing_moves_by_a_second(market: Market) -> None:
    market.opened()
    late = ExtensionTooLate(closes_at=CLOSES.isoformat())
    assert refused(market, lambda: ask_later(market, LATER, now=CLOSES)) == late
    ask_later(market, LATER, now=CLOSES - SECOND)
    assert refused(market, lambda: confirm_later(market, now=CLOSES)) == late
    close(market)
    assert refused(market, lambda: confirm_later(market, now=CLOSES - SECOND)) == late


def test_the_last_second_before_the_deadline_is_in_time(market: Market) -> None:
    market.opened()
    ask_later(market, LATER, now=CLOSES - SECOND)
    assert confirm_later(market, now=CLOSES - SECOND) == LATER


def test_another_person_confirms_what_is_still_asked(market: Market) -> None:
    market.opened()
    assert refused(market, lambda: confirm_later(market, now=EVENING)) == NothingToConfirm(step="extension")
    ask_later(market, LATER, now=EVENING)
    assert refused(market, lambda: confirm_later(market, now=EVENING, by=HANA)) == SecondPersonNeeded()
    confirm_later(market, now=EVENING)
    assert refused(market, lambda: confirm_later(market, now=EVENING)) == NothingToConfirm(step="extension")
    ask_later(market, LATER + timedelta(hours=6), now=EVENING, by=FUMI)
    confirm_later(market, now=EVENING, by=HANA)
    assert {"extension_1.json", "extension_2.json"} <= files(market).keys()


def test_a_deadline_moves_to_a_later_one_that_leaves_time_to_dispute_and_draw(market: Market) -> None:
    market.opened()
    for asked in (CLOSES, CLOSES - SECOND, PAY_FROM + SECOND, PAY_UNTIL):
        no = refused(market, partial(ask_later, market, asked, now=EVENING))
        assert no == ExtensionNotLater(closes_at=CLOSES.isoformat(), asked_at=asked.isoformat())
    no = refused(market, lambda: ask_later(market, CLOSES + timedelta(days=2), now=EVENING))
    assert isinstance(no, DrawDatesNotInOrder)


def test_an_extension_says_why(market: Market) -> None:
    round_id = market.opened()
    facts = {"closes_at": LATER, "draw_at": None, "by": HANA, "now": EVENING}
    no = refused(
        market,
        lambda: market.staff.run(
            lambda session: ask_extension(session, round_id, reason="  ", **facts)  # type: ignore[arg-type]
        ),
    )
    assert no == CeremonyReasonMissing()


def test_the_database_itself_moves_no_deadline_without_a_recorded_extension(market: Market, database_url: str) -> None:
    market.opened()
    ask_later(market, LATER, now=EVENING)
    for moved in (LATER, CLOSES - timedelta(days=1)):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE issuance.rounds SET closes_at = %s", [moved])
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation, match="draw_steps_need_two_people"),
    ):
        connection.execute(
            """
            UPDATE issuance.draw_steps SET confirmed_by = proposed_by, confirmed_at = proposed_at
            WHERE kind = 'extension'
            """
        )
    round_ = market.staff.run(lambda session: find_round(session, market.round_id))
    assert round_ is not None
    assert round_.closes_at == CLOSES
    (outcome,) = market.submit(application(market.round_id, 0, 1), now=CLOSES - SECOND)
    assert isinstance(outcome, ApplicationReceipt)
