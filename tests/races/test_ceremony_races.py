"""Closing, extending and applying at the same moment, with real commits."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from issuance.ceremony.operations.publish_daily_root import publish_daily_root
from issuance.ceremony.refusals import ExtensionTooLate, NothingToConfirm
from issuance.lottery.files import parse_applications
from issuance.lottery.receipts import running_root
from issuance.model import ApplicationReceipt
from issuance.operations.run_draw import run_draw
from issuance.queries import find_round
from issuance.refusals import RoundNotOpen, RoundStillOpen
from kernel.db import Database
from kernel.refusals import Refusal
from tests.issuance.ceremony.hall import ask_later, close, closed, confirm_later, files, freeze, publish_days
from tests.issuance.market import CLOSES, DRAWN, FUMI, JUST_BEFORE_CLOSING, KENJI, SIGNATURE, Market, application
from tests.races.test_issuance import at_once

THREADS = 6
LATER = CLOSES + timedelta(hours=6)


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


def tried(work: Callable[[], object]) -> object:
    try:
        return work()
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("_round", range(3))
def test_the_list_is_closed_or_the_deadline_moves_and_never_both(market: Market, _round: int) -> None:
    round_id = market.opened()
    market.apply_for([1])
    ask_later(market, LATER, now=JUST_BEFORE_CLOSING)

    def apply() -> object:
        (outcome,) = market.submit(application(round_id, 9, 1), now=CLOSES)
        return outcome

    moved, shut, outcome = at_once(
        lambda: tried(lambda: confirm_later(market, now=JUST_BEFORE_CLOSING)),
        lambda: tried(lambda: close(market)),
        apply,
    )
    round_ = market.staff.run(lambda session: find_round(session, round_id))
    assert round_ is not None
    if moved == LATER:
        assert (shut, round_.closes_at, round_.state) == (RoundStillOpen(closes_at=LATER.isoformat()), LATER, "open")
        assert isinstance(outcome, ApplicationReceipt | RoundNotOpen)
    else:
        assert moved == ExtensionTooLate(closes_at=CLOSES.isoformat())
        assert (round_.closes_at, round_.state) == (CLOSES, "closed")
        assert isinstance(outcome, RoundNotOpen)


def test_an_extension_is_confirmed_once(market: Market) -> None:
    market.opened()
    ask_later(market, LATER, now=JUST_BEFORE_CLOSING)
    outcomes = at_once(
        *(lambda by=by: tried(lambda: confirm_later(market, now=JUST_BEFORE_CLOSING, by=by)) for by in (FUMI, KENJI))
    )
    assert sorted(map(str, outcomes)) == sorted(map(str, [LATER, NothingToConfirm(step="extension")]))
    assert "extension_2.json" not in files(market)


def test_the_root_of_a_day_is_published_once_and_holds_every_receipt_of_the_day(market: Market) -> None:
    round_id = market.opened()

    def send(first: int) -> list[str]:
        outcomes = [
            market.submit(application(round_id, number, 1), now=JUST_BEFORE_CLOSING)[0]
            for number in range(first, first + 5)
        ]
        return [outcome.receipt.receipt for outcome in outcomes if isinstance(outcome, ApplicationReceipt)]

    given = at_once(*(lambda first=first: send(first) for first in (0, 100, 200)))
    published = at_once(*[lambda: publish_days(market, CLOSES)] * 3)
    (days,) = [days for days in published if days]
    receipts = [receipt for some in given for receipt in some]
    assert (days[-1].count, days[-1].root) == (15, running_root([(receipt, 1) for receipt in receipts]).hex())
    close(market)
    listed = [row.receipt for row in parse_applications(files(market)["applications.csv"])]
    assert sorted(listed) == sorted(receipts)


def test_a_round_is_drawn_once_by_many_workers(market: Market) -> None:
    closed(market, 5, 5, 5)
    market.name_beacon()
    freeze(market)
    summaries = at_once(
        *[
            lambda: market.worker.run(
                lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=DRAWN)
            )
        ]
        * 4
    )
    assert len(set(summaries)) == 1
    assert sum(grant.units for number in range(3) for grant in market.grants(number)) == 10
    market.worker.run(lambda session: publish_daily_root(session, market.round_id, now=DRAWN))
    assert "daily.csv" in files(market)
