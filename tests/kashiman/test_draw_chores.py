"""The worker publishes the days of a round and draws it with what honest relays say."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from issuance.ceremony.queries import published_days
from issuance.queries import draw_files, find_round
from kashiman.assembly import Installation
from kashiman.draw_chores import draw_due_rounds, publish_days
from kernel.clock import SetClock, SystemClock
from tests.conftest import MakeDatabase
from tests.issuance.ceremony.relay import beacon_json, relay
from tests.issuance.market import DRAW_AT, OPENS, SIGNATURE, Market

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def market(make_database: MakeDatabase) -> Market:
    return Market(make_database)


def state(market: Market) -> str:
    round_ = market.staff.run(lambda session: find_round(session, market.round_id))
    assert round_ is not None
    return round_.state


def test_every_day_is_published_when_it_is_over(market: Market, installation: Installation, clock: SetClock) -> None:
    market.opened()
    for hours, days in ((23, 0), (24, 1), (30, 1), (72, 3)):
        clock.at = OPENS + timedelta(hours=hours)
        publish_days(installation)
        assert len(market.staff.run(lambda session: published_days(session, market.round_id))) == days


def test_no_day_ends_while_the_clocks_disagree(
    market: Market,
    installation: Installation,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    market.opened()
    clock.at = OPENS + timedelta(days=2)
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=1))
    publish_days(installation)
    assert market.staff.run(lambda session: published_days(session, market.round_id)) == []
    assert "no day of applications is published" in caplog.text


def test_a_frozen_round_is_drawn_once_its_beacon_exists(
    market: Market, installation: Installation, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    market.opened()
    market.frozen([3, 1])
    false = SIGNATURE[:-2] + "00"
    with relay(beacon_json()) as honest, relay(beacon_json(signature=false)) as lying:
        installation.settings.drand_relays = (NOBODY, lying, honest)
        clock.at = DRAW_AT - timedelta(seconds=1)
        draw_due_rounds(installation)
        assert state(market) == "frozen"
        clock.at = DRAW_AT
        draw_due_rounds(installation)
        draw_due_rounds(installation)
    assert state(market) == "drawn"
    assert SIGNATURE.encode() in market.staff.run(lambda session: draw_files(session, market.round_id))["manifest.json"]
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        f"the relay {lying} gave a false signature of round 657413"
    ]


def test_what_relays_cannot_say_now_is_asked_for_again(
    market: Market, installation: Installation, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    market.opened()
    market.frozen([3, 1])
    clock.at = DRAW_AT
    installation.settings.drand_relays = (NOBODY,)
    draw_due_rounds(installation)
    assert state(market) == "frozen"
    assert "is not drawn yet" in caplog.text
    with relay(beacon_json()) as honest:
        installation.settings.drand_relays = (honest,)
        draw_due_rounds(installation)
    assert state(market) == "drawn"
