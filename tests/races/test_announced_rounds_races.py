"""Publishing the rules of a round while people apply, and while somebody withdraws it, with real commits."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.model import ApplicationReceipt
from issuance.planning.operations.withdraw_round import withdraw_round
from issuance.queries import find_round, units_left_to_sell
from issuance.refusals import RoundNotAnnounced, RoundWithdrawn, RulesNotPublished
from kernel.db import Database
from tests.issuance.market import (
    FUMI,
    HANA,
    KENJI,
    OPENS,
    RECEIPT_KEYS,
    ROUND,
    Market,
    application,
    contents,
    sheet_plan,
)
from tests.races.test_ceremony_races import tried
from tests.races.test_issuance import at_once

THREADS = 6


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


def proposed(market: Market) -> str:
    return market.staff.run(
        lambda session: propose_rule_sheet(
            session,
            market.round_id,
            plan=sheet_plan(),
            receipt_keys=RECEIPT_KEYS,
            campaign_key=None,
            by=HANA,
            now=OPENS,
        )
    )


def confirm(market: Market, digest: str) -> None:
    market.staff.run(lambda session: confirm_rule_sheet(session, market.round_id, sha256=digest, by=FUMI, now=OPENS))


def withdraw(market: Market) -> None:
    market.staff.run(lambda session: withdraw_round(session, market.round_id, reason="取りやめ", by=KENJI, now=OPENS))


@pytest.mark.parametrize("_round", range(3))
def test_who_applies_while_the_rules_are_published_is_told_to_wait_or_has_a_receipt(
    market: Market, _round: int
) -> None:
    round_id = market.announced()
    digest = proposed(market)

    def apply(number: int) -> list[object]:
        return [market.submit(application(round_id, number, 1))[0] for _ in range(5)]

    def publish() -> list[object]:
        confirm(market, digest)
        return [*market.submit(application(round_id, 9, 1))]

    published, *told = at_once(publish, *(lambda who=number: apply(who) for number in range(4)))
    assert isinstance(published[0], ApplicationReceipt)
    for answers in told:
        taken = [isinstance(answer, ApplicationReceipt) for answer in answers]
        assert taken == sorted(taken)
        waiting = [answer for answer in answers if not isinstance(answer, ApplicationReceipt)]
        assert waiting == [RulesNotPublished(opens_at=OPENS.isoformat())] * len(waiting)
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == 1 + sum(isinstance(answers[-1], ApplicationReceipt) for answers in told)


def test_a_round_is_opened_or_withdrawn_and_never_both(market: Market) -> None:
    market.started()
    for number in range(6):
        market.announce(replace(ROUND, slug=f"premium-2023-r{number}", units_offered=2))
        digest = proposed(market)
        confirms, withdraws = partial(confirm, market, digest), partial(withdraw, market)
        opened, withdrawn = at_once(partial(tried, confirms), partial(tried, withdraws))
        round_ = market.staff.run(lambda session: find_round(session, market.round_id))
        assert round_ is not None
        (outcome,) = market.submit(application(round_.id, number, 1))
        if round_.state == "open":
            assert (opened, withdrawn) == (None, RoundNotAnnounced(state="open"))
            assert isinstance(outcome, ApplicationReceipt)
        else:
            assert round_.state == "withdrawn"
            assert (opened, withdrawn) == (RoundWithdrawn(round_slug=round_.slug), None)
            assert outcome == RoundWithdrawn(round_slug=round_.slug)
    states = [str(row) for row in contents(market.staff, "issuance.rounds")["issuance.rounds"]]
    is_open = sum(",open," in state for state in states)
    left = market.staff.run(lambda session: units_left_to_sell(session, market.campaign_id))
    assert left == 20 - 2 * is_open
