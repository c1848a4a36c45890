"""A list is closed once, named with two people, and drawn once; every step waits for the one before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from issuance.lottery.files import parse_applications, parse_results, parse_waitlist
from issuance.lottery.refusals import (
    BeaconNotDue,
    BeaconNotNamed,
    BeaconSignatureInvalid,
    DisputeWindowOpen,
    DrawTimeTooSoon,
    FallbackStatementInvalid,
    RevealDoesNotOpenCommitment,
    RevealsDoNotPairWithCommitments,
)
from issuance.model import Clerk, ClosedRound, RoundRule
from issuance.operations.close_round import close_round
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.run_draw import run_draw
from issuance.queries import closed_list, draw_files, find_round, grants_of_receipt
from issuance.refusals import (
    DrawFactNotHex,
    RoundAlreadyDrawn,
    RoundHasNoDraw,
    RoundNotReady,
    RoundStillOpen,
    RoundUnknown,
    SecondPersonNeeded,
)
from kernel.clock import city_time
from kernel.refusals import Refusal
from tests.issuance.market import (
    BEACON_ROUND,
    CLOSES,
    DRAW_AT,
    DRAWN,
    FIRST_COME,
    FUMI,
    HANA,
    JUST_BEFORE_CLOSING,
    PAY_UNTIL,
    ROUND,
    SECRET,
    SIGNATURE,
    Market,
    application,
    contents,
    sheet_plan,
)


def refused(market: Market, work: Callable[[], object]) -> Refusal:
    before = contents(market.staff)
    with pytest.raises(Refusal) as no:
        work()
    assert contents(market.staff) == before
    return no.value


def close(market: Market) -> ClosedRound:
    return market.staff.run(lambda session: close_round(session, market.round_id, now=CLOSES))


def freeze(
    market: Market,
    *,
    reveals: list[str] | None = None,
    second_person: Clerk = FUMI,
    now_before: timedelta = timedelta(hours=10),
) -> bytes:
    secrets = [SECRET.hex()] if reveals is None else reveals
    now = DRAW_AT - now_before
    return market.staff.run(
        lambda session: freeze_draw(session, market.round_id, reveals=secrets, by=second_person, now=now)
    )


def test_a_list_is_closed_after_its_time_and_only_once(market: Market) -> None:
    round_id = market.opened()
    receipts = market.apply_for([2, 1, 3])
    market.submit(application(round_id, 1, 4))
    no = refused(
        market,
        lambda: market.staff.run(lambda session: close_round(session, round_id, now=JUST_BEFORE_CLOSING)),
    )
    assert no == RoundStillOpen(closes_at=CLOSES.isoformat())
    closed = close(market)
    assert (closed.rows, closed.received, closed.void) == (3, 3, {})
    content = market.staff.run(lambda session: draw_files(session, round_id))["applications.csv"]
    units = {row.receipt: row.units for row in parse_applications(content)}
    assert units == dict(zip(receipts, [2, 4, 3], strict=True))
    stored = contents(market.staff)
    assert close(market) == closed
    assert market.staff.run(lambda session: closed_list(session, round_id)) == closed
    assert contents(market.staff) == stored


def test_a_list_without_applications_can_be_drawn_too(market: Market) -> None:
    summary = market.selling([])
    assert (summary.winners, summary.granted_units, summary.waiting_units) == (0, 0, 0)


def test_what_does_not_exist_cannot_be_closed_frozen_drawn_or_offered(market: Market) -> None:
    market.opened()
    market.round_id = unknown = uuid4()
    steps: list[Callable[[], object]] = [
        lambda: close(market),
        lambda: freeze(market),
        lambda: market.worker.run(lambda session: run_draw(session, unknown, signature_hex="00", now=DRAWN)),
        lambda: market.worker.run(lambda session: offer_waiting_list(session, unknown, now=DRAWN)),
    ]
    for step in steps:
        assert refused(market, step) == RoundUnknown(round_id=str(unknown))


def test_freezing_needs_a_closed_list_a_named_round_and_another_person(market: Market) -> None:
    market.opened()
    market.apply_for([1, 2])
    assert refused(market, lambda: freeze(market)) == RoundNotReady(state="open", needed="closed")
    close(market)
    assert refused(market, lambda: freeze(market)) == BeaconNotNamed(round_slug=ROUND.slug)
    market.name_beacon()
    assert refused(market, lambda: freeze(market, second_person=HANA)) == SecondPersonNeeded()
    too_late = refused(market, lambda: freeze(market, now_before=timedelta(minutes=59)))
    assert isinstance(too_late, DrawTimeTooSoon)
    assert refused(market, lambda: freeze(market, reveals=["xx"])) == DrawFactNotHex(name="reveals")
    no = refused(market, lambda: freeze(market, reveals=[]))
    assert no == RevealsDoNotPairWithCommitments(reveals=0, commitments=1)
    no = refused(market, lambda: freeze(market, reveals=["00" * 32]))
    assert no == RevealDoesNotOpenCommitment(holder=1)
    frozen = freeze(market, reveals=[""])
    assert market.staff.run(lambda session: draw_files(session, market.round_id))["frozen.json"] == frozen
    assert refused(market, lambda: freeze(market)) == BeaconNotNamed(round_slug=ROUND.slug)


def test_nothing_is_drawn_while_the_clock_says_that_it_is_too_early(market: Market) -> None:
    market.opened()
    market.frozen([3, 1])

    def draw(now: datetime) -> object:
        return market.worker.run(lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=now))

    disputable = city_time(date(2023, 9, 14))
    no = refused(market, lambda: draw(disputable - timedelta(seconds=1)))
    assert no == DisputeWindowOpen(ends_at=disputable.isoformat())
    assert refused(market, lambda: draw(DRAW_AT - timedelta(seconds=1))) == BeaconNotDue(due_at=DRAW_AT.isoformat())
    draw(DRAW_AT)


def test_drawing_needs_a_frozen_list_and_the_right_signature(market: Market) -> None:
    market.opened()

    def draw(signature_hex: str) -> object:
        return market.worker.run(
            lambda session: run_draw(session, market.round_id, signature_hex=signature_hex, now=DRAWN)
        )

    assert refused(market, lambda: draw(SIGNATURE)) == RoundNotReady(state="open", needed="frozen")
    market.frozen([3, 1])
    assert refused(market, lambda: draw("nonsense")) == DrawFactNotHex(name="signature")
    wrong = "00" * 48
    assert refused(market, lambda: draw(wrong)) == BeaconSignatureInvalid(round_number=BEACON_ROUND)

    first = draw(SIGNATURE)
    stored = contents(market.staff)
    assert draw(SIGNATURE) == first
    assert contents(market.staff) == stored
    assert refused(market, lambda: draw(wrong)) == RoundAlreadyDrawn(round_slug=ROUND.slug)


def test_results_become_grants_for_winners_only(market: Market) -> None:
    market.selling([5, 5, 5, 5], offered=2)
    files = market.staff.run(lambda session: draw_files(session, market.round_id))
    assert sorted(files) == [
        "applications.csv",
        "frozen.json",
        "manifest.json",
        "results.csv",
        "rule_sheet.json",
        "waitlist.csv",
    ]
    results = parse_results(files["results.csv"])
    assert sorted(results.values()) == [0, 0, 1, 1]
    granted = [
        (grant.receipt, grant.units, grant.pay_until, grant.origin)
        for number in range(4)
        for grant in market.grants(number, DRAWN)
    ]
    assert sorted(granted) == sorted((receipt, units, PAY_UNTIL, "draw") for receipt, units in results.items() if units)
    (first, *_) = granted
    (found,) = market.staff.run(lambda session: grants_of_receipt(session, first[0], now=DRAWN))
    assert (found.receipt, found.units, found.is_payable) == (first[0], 1, False)
    assert sum(entry.units for entry in parse_waitlist(files["waitlist.csv"])) == 18


def test_dice_that_the_rule_sheet_announced_draw_as_well(market: Market) -> None:
    market.opened(replace(ROUND, commitments=()))
    market.publish_rules(sheet_plan(replace(ROUND, commitments=()), beacon_id="numbers4", beacon_how="四けたの数字"))
    market.apply_for([4, 4, 4])
    close(market)
    market.name_beacon(beacon_id="numbers4", beacon_round=6789)
    freeze(market, reveals=[])

    def draw(statement: str) -> object:
        signature_hex = statement.encode().hex()
        return market.worker.run(
            lambda session: run_draw(session, market.round_id, signature_hex=signature_hex, now=DRAWN)
        )

    no = refused(market, lambda: draw("numbers4:6788:0412"))
    assert no == FallbackStatementInvalid(beacon_id="numbers4", round_number=6789)
    draw("numbers4:6789:0412")
    round_ = market.staff.run(lambda session: find_round(session, market.round_id))
    assert round_ is not None
    assert round_.state == "drawn"


def test_a_first_come_round_is_decided_when_it_closes(market: Market) -> None:
    market.opened(FIRST_COME)
    market.apply_for([1, 2])
    assert refused(market, lambda: freeze(market)) == RoundHasNoDraw(round_slug=FIRST_COME.slug)
    close(market)
    round_ = market.staff.run(lambda session: find_round(session, market.round_id))
    assert round_ is not None
    assert (round_.state, round_.rule) == ("drawn", RoundRule.FIRST_COME)
