"""Two people name a future round of the announced beacon; another beacon takes over only when it stands still."""

import json
from datetime import datetime, timedelta
from functools import partial

import pytest

from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.ceremony.queries import rounds_to_draw, steps_of_draw
from issuance.ceremony.refusals import CeremonyReasonMissing
from issuance.lottery.beacon import QUICKNET
from issuance.lottery.refusals import (
    BeaconFrozenAlready,
    BeaconNotDue,
    BeaconNotOnRuleSheet,
    BeaconRoundNotAsAnnounced,
    BeaconSignatureInvalid,
    DrawTimeTooSoon,
    FallbackStatementInvalid,
    FallbackTooSoon,
    RevealsDoNotPairWithCommitments,
)
from issuance.model import Clerk, DrawSummary
from issuance.operations.run_draw import run_draw
from issuance.refusals import CampaignNumberOutOfRange, RoundHasNoDraw, RoundNotReady
from issuance.rules.draw_steps import NamedBeacon
from tests.issuance.ceremony.hall import close, closed, files, freeze, refused
from tests.issuance.market import (
    BEACON_ROUND,
    DRAW_AT,
    FIRST_COME,
    FROZEN,
    FUMI,
    HANA,
    KENJI,
    SECRET,
    SIGNATURE,
    Market,
)

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
MISSING = DRAW_AT + DAY
FALLBACK_AT = MISSING + 2 * DAY
DIGITS = "numbers4:6789:0417"


def name(
    market: Market,
    beacon_id: str = "numbers4",
    beacon_round: int = 6789,
    *,
    draw_at: datetime | None = FALLBACK_AT,
    now: datetime = MISSING,
    by: Clerk = HANA,
    reason: str = "drandが止まったため",
) -> NamedBeacon:
    return market.staff.run(
        lambda session: name_beacon_round(
            session,
            market.round_id,
            beacon_id=beacon_id,
            beacon_round=beacon_round,
            draw_at=draw_at,
            by=by,
            now=now,
            reason=reason,
        )
    )


def draw(market: Market, signature_hex: str, now: datetime) -> DrawSummary:
    return market.worker.run(lambda session: run_draw(session, market.round_id, signature_hex=signature_hex, now=now))


@pytest.fixture
def frozen(market: Market) -> Market:
    closed(market, 3, 1)
    market.name_beacon()
    freeze(market)
    return market


def test_each_step_of_naming_is_recorded_with_its_person(frozen: Market) -> None:
    steps = frozen.staff.run(lambda session: steps_of_draw(session, frozen.round_id))
    assert [(step.kind, step.proposed_by, step.confirmed_by) for step in steps] == [
        ("rule_sheet", HANA.id, FUMI.id),
        ("beacon", HANA.id, FUMI.id),
    ]
    content = json.loads(files(frozen)["frozen.json"])
    assert (content["beacon_id"], content["round"]) == (QUICKNET, BEACON_ROUND)
    assert content["program_sha256"] == json.loads(files(frozen)["rule_sheet.json"])["program_sha256"]


def test_a_round_is_named_an_hour_ahead_and_for_the_announced_time(market: Market) -> None:
    closed(market, 1)
    market.name_beacon(DRAW_AT - HOUR)
    late = DRAW_AT - HOUR + SECOND
    no = refused(market, lambda: market.name_beacon(late))
    assert no == DrawTimeTooSoon(draw_at=DRAW_AT.isoformat(), earliest_at=(late + HOUR).isoformat())
    other = DRAW_AT + timedelta(seconds=3)
    no = refused(market, lambda: market.name_beacon(beacon_round=BEACON_ROUND + 1))
    assert no == BeaconRoundNotAsAnnounced(draw_at=other.isoformat(), announced_at=DRAW_AT.isoformat())
    no = refused(market, lambda: market.name_beacon(beacon_id="numbers4", beacon_round=1))
    assert no == BeaconNotOnRuleSheet(beacon_id="numbers4")
    for beacon_round in (0, 10_000_000_001):
        no = refused(market, partial(market.name_beacon, beacon_round=beacon_round))
        assert no == CampaignNumberOutOfRange(name="beacon_round", given=beacon_round, min=1, max=10_000_000_000)


def test_a_draw_that_missed_its_time_is_named_for_a_later_one(market: Market) -> None:
    closed(market, 1)
    assert market.name_beacon(DRAW_AT, beacon_round=BEACON_ROUND + 1_200).due_at == DRAW_AT + HOUR
    with pytest.raises(DrawTimeTooSoon):
        freeze(market, now=DRAW_AT + SECOND)
    freeze(market, now=DRAW_AT)


def test_rounds_without_a_list_or_a_draw_have_no_beacon(market: Market) -> None:
    market.opened()
    assert refused(market, market.name_beacon) == RoundNotReady(state="open", needed="closed")
    market.open_round(FIRST_COME)
    close(market)
    assert refused(market, market.name_beacon) == RoundHasNoDraw(round_slug=FIRST_COME.slug)


def test_the_value_of_another_round_or_network_draws_nothing(frozen: Market) -> None:
    no = refused(frozen, lambda: draw(frozen, SIGNATURE[:-2] + "00", DRAW_AT))
    assert no == BeaconSignatureInvalid(round_number=BEACON_ROUND)
    no = refused(frozen, lambda: draw(frozen, DIGITS.encode().hex(), DRAW_AT))
    assert no == BeaconSignatureInvalid(round_number=BEACON_ROUND)


def test_the_fallback_takes_over_a_day_after_and_a_day_ahead_and_says_why(frozen: Market) -> None:
    no = refused(frozen, lambda: name(frozen, now=MISSING - SECOND))
    assert no == FallbackTooSoon(earliest_at=MISSING.isoformat())
    soon = MISSING + DAY - SECOND
    no = refused(frozen, lambda: name(frozen, draw_at=soon))
    assert no == DrawTimeTooSoon(draw_at=soon.isoformat(), earliest_at=(MISSING + DAY).isoformat())
    assert refused(frozen, lambda: name(frozen, "dice")) == BeaconNotOnRuleSheet(beacon_id="dice")
    same = refused(frozen, lambda: name(frozen, QUICKNET, BEACON_ROUND + 9_000))
    assert same == BeaconFrozenAlready(beacon_id=QUICKNET, beacon_round=BEACON_ROUND)
    assert refused(frozen, lambda: name(frozen, reason=" ")) == CeremonyReasonMissing()
    before = files(frozen)["frozen.json"]
    name(frozen)
    no = refused(frozen, lambda: freeze(frozen, now=MISSING, reveals=("00" * 32,)))
    assert no == RevealsDoNotPairWithCommitments(reveals=1, commitments=1)
    freeze(frozen, now=MISSING, reveals=(), by=KENJI)
    after = json.loads(files(frozen)["frozen.json"])
    assert after == {
        **json.loads(before),
        "beacon_id": "numbers4",
        "round": 6789,
        "renamed_because": "drandが止まったため",
    }
    assert after["reveals"] == [SECRET.hex()]
    assert files(frozen)["frozen_replaced_1.json"] == before
    statement = DIGITS.encode().hex()
    no = refused(frozen, lambda: draw(frozen, statement, FALLBACK_AT - SECOND))
    assert no == BeaconNotDue(due_at=FALLBACK_AT.isoformat())
    no = refused(frozen, lambda: draw(frozen, SIGNATURE, FALLBACK_AT))
    assert no == FallbackStatementInvalid(beacon_id="numbers4", round_number=6789)
    assert draw(frozen, statement, FALLBACK_AT).granted_units == 4


def test_before_the_fallback_exists_the_draw_goes_back_to_the_first_beacon_and_not_after(frozen: Market) -> None:
    name(frozen)
    freeze(frozen, now=MISSING, reveals=())
    back = "署名が見つかったため"
    no = refused(frozen, lambda: name(frozen, QUICKNET, BEACON_ROUND + 1, now=MISSING, reason=back))
    assert isinstance(no, BeaconRoundNotAsAnnounced)
    no = refused(frozen, lambda: name(frozen, QUICKNET, BEACON_ROUND, now=FALLBACK_AT, reason=back))
    assert no == DrawTimeTooSoon(draw_at=FALLBACK_AT.isoformat(), earliest_at=FALLBACK_AT.isoformat())
    name(frozen, QUICKNET, BEACON_ROUND, now=FALLBACK_AT - SECOND, reason=back)
    freeze(frozen, now=FALLBACK_AT - SECOND, reveals=())
    assert draw(frozen, SIGNATURE, FALLBACK_AT - SECOND).granted_units == 4


def test_a_drawn_round_names_nothing_more(frozen: Market) -> None:
    draw(frozen, SIGNATURE, DRAW_AT)
    assert refused(frozen, lambda: name(frozen)) == RoundNotReady(state="drawn", needed="closed")


def test_the_worker_finds_what_can_be_drawn_now(frozen: Market) -> None:
    def due(now: datetime) -> list[object]:
        return list(frozen.worker.run(lambda session: rounds_to_draw(session, now=now)))

    assert due(DRAW_AT - SECOND) == due(FROZEN) == []
    assert due(DRAW_AT) == [(frozen.round_id, NamedBeacon(QUICKNET, BEACON_ROUND, DRAW_AT))]
    name(frozen)
    freeze(frozen, now=MISSING, reveals=())
    assert due(MISSING) == [], "the frozen beacon is the fallback, which does not exist yet"
