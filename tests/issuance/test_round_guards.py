"""The database holds when a round takes applications, and who entered what, whoever writes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from uuid import UUID

import psycopg
import pytest

from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.lottery.rule_sheet import RULE_SHEET_FILE
from issuance.model import LEGAL_ROUND_MOVES, Channel, ClerkEntry, RoundState, WithdrawalRequest
from issuance.store import draw_steps, draws
from kernel.db import Database, driver_connection, violated_constraint
from kernel.refusals import BooksBroken
from tests.issuance.market import (
    FIRST_COME,
    HANA,
    PLANNED,
    RECEIPT_KEYS,
    ROUND,
    Market,
    application,
    by_clerk,
    person,
    receipt_of,
    sheet_plan,
)

INSERT_APPLICATION = """
INSERT INTO issuance.applications (round_id, person_id, version, receipt, units, wallet_id, channel, received_at,
    is_withdrawn, leaf, kid, signature)
VALUES (%s, gen_random_uuid(), 1, gen_random_uuid()::text, 1, gen_random_uuid(), %s, now(), false, '', 'k', '')
"""
INSERT_ROUND = """
INSERT INTO issuance.rounds (id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, closes_at,
    pay_from, pay_until, first_day, last_day, usable_at, grace_days, offer_days, commitments, state)
SELECT gen_random_uuid(), campaign_id, 9, 'smuggled', %s, 1, 1, opens_at, closes_at, pay_from, pay_until, first_day,
    last_day, usable_at, grace_days, offer_days, commitments, %s
FROM issuance.rounds LIMIT 1
"""
MOVE = "UPDATE issuance.rounds SET state = %s"


def refused(url: str, *statements: tuple[str, Sequence[object]]) -> str | None:
    """The constraint that a superuser runs into."""
    with pytest.raises(psycopg.errors.CheckViolation) as no:
        written(url, *statements)
    return violated_constraint(no.value)


def written(url: str, *statements: tuple[str, Sequence[object]]) -> None:
    """What a superuser commits."""
    with psycopg.connect(url) as connection:
        for statement, facts in statements:
            connection.execute(statement.encode(), facts)


def brought_to(market: Market, url: str, state: RoundState) -> None:
    """A round with a draw in this state."""
    market.announced()
    if state is RoundState.WITHDRAWN:
        written(url, (MOVE, [state]))
    elif state is not RoundState.ANNOUNCED:
        market.publish_rules(sheet_plan())
        steps = (RoundState.OPEN, RoundState.CLOSED, RoundState.FROZEN, RoundState.DRAWN)
        written(url, *((MOVE, [step]) for step in steps[1 : steps.index(state) + 1]))


@pytest.mark.parametrize("state", RoundState)
def test_a_round_makes_no_move_that_is_not_in_the_table(market: Market, database_url: str, state: RoundState) -> None:
    brought_to(market, database_url, state)
    for to_state in RoundState:
        if to_state is state or (state, to_state) in LEGAL_ROUND_MOVES - {(RoundState.OPEN, RoundState.DRAWN)}:
            continue
        assert refused(database_url, (MOVE, [to_state])) == "rounds_moves_are_legal", to_state


def test_first_come_first_served_is_decided_and_never_closed(market: Market, database_url: str) -> None:
    market.opened(FIRST_COME)
    for to_state in set(RoundState) - {RoundState.OPEN, RoundState.DRAWN}:
        assert refused(database_url, (MOVE, [to_state])) == "rounds_moves_are_legal"
    written(database_url, (MOVE, [RoundState.DRAWN]))


def test_a_round_begins_where_its_rule_says(market: Market, database_url: str) -> None:
    market.announced()
    for rule, state in product(("equal_first", "all_or_nothing", "first_come"), RoundState):
        begins = RoundState.OPEN if rule == "first_come" else RoundState.ANNOUNCED
        if state is not begins:
            assert refused(database_url, (INSERT_ROUND, [rule, state])) == "rounds_moves_are_legal"


def test_a_round_opens_with_a_sheet_that_two_people_stand_behind(market: Market, database_url: str) -> None:
    market.announced()
    assert refused(database_url, (MOVE, [RoundState.OPEN])) == "rounds_open_with_their_rules"
    market.staff.run(
        lambda session: propose_rule_sheet(
            session,
            market.round_id,
            plan=sheet_plan(),
            receipt_keys=RECEIPT_KEYS,
            campaign_key=None,
            by=HANA,
            now=PLANNED,
        )
    )
    (step,) = market.staff.run(lambda session: draw_steps.steps_of(session, market.round_id))
    sheet = {RULE_SHEET_FILE: step.facts["content"].encode()}
    market.staff.run(lambda session: draws.insert_files(session, market.round_id, sheet))
    assert refused(database_url, (MOVE, [RoundState.OPEN])) == "rounds_open_with_their_rules"


def test_another_sheet_than_the_confirmed_one_opens_nothing(market: Market, database_url: str) -> None:
    market.opened()
    market.announce(replace(ROUND, slug="other"))
    copy = """
        INSERT INTO issuance.draw_files (round_id, name, content, sha256)
        SELECT %s, name, content, sha256 FROM issuance.draw_files WHERE name = 'rule_sheet.json'
    """
    move = "UPDATE issuance.rounds SET state = 'open' WHERE id = %s"
    facts: list[object] = [market.round_id]
    assert refused(database_url, (copy, facts), (move, facts)) == "rounds_open_with_their_rules"


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.OPEN])
def test_no_application_is_written_into_a_round_that_is_not_open(
    market: Market, database_url: str, state: RoundState
) -> None:
    brought_to(market, database_url, state)
    no = refused(database_url, (INSERT_APPLICATION, [market.round_id, "web"]))
    assert no == "applications_only_in_open_rounds"


def test_one_closed_round_among_open_ones_is_found(market: Market, database_url: str) -> None:
    first = market.opened()
    second = market.announce(replace(ROUND, slug="other"))
    statement = (
        f"{INSERT_APPLICATION}, (%s, gen_random_uuid(), 1, '2', 1, gen_random_uuid(), 'web', now(), false, '', 'k', '')"
    )
    assert refused(database_url, (statement, [first, "web", second])) == "applications_only_in_open_rounds"


def test_the_applying_process_can_write_into_open_rounds_alone(make_database: Callable[..., Database]) -> None:
    """As the role that takes applications, which may not lock rounds itself."""
    market = Market(make_database)
    round_id = market.opened()
    insert = INSERT_APPLICATION.encode()
    market.apply.run(lambda session: driver_connection(session).execute(insert, [round_id, "web"]))
    market.announce(replace(ROUND, slug="other"))
    with pytest.raises(psycopg.errors.CheckViolation):
        market.apply.run(lambda session: driver_connection(session).execute(insert, [market.round_id, "web"]))


@pytest.mark.parametrize("channel", ["counter", "paper"])
def test_what_comes_in_at_a_desk_is_stored_with_who_entered_it(market: Market, database_url: str, channel: str) -> None:
    round_id = market.opened()
    no = refused(database_url, (INSERT_APPLICATION, [round_id, channel]))
    assert no == "applications_by_clerks_have_an_entry"


def test_what_comes_in_on_paper_is_stored_with_its_form(market: Market, database_url: str) -> None:
    round_id = market.opened()
    enter = """
        INSERT INTO issuance.application_entries (round_id, person_id, version, clerk_id)
        SELECT round_id, person_id, version, gen_random_uuid() FROM issuance.applications
    """
    no = refused(database_url, (INSERT_APPLICATION, [round_id, "paper"]), (enter, []))
    assert no == "applications_by_clerks_have_an_entry"
    written(database_url, (INSERT_APPLICATION, [round_id, "counter"]), (enter, []))
    receipt_of(market.submit(by_clerk(application(round_id, 0, 1), Channel.PAPER))[0])


def test_a_request_from_a_desk_without_a_clerk_is_our_mistake() -> None:
    wish = application(UUID(int=1), 0, 1)
    for channel in (Channel.COUNTER, Channel.PAPER):
        with pytest.raises(BooksBroken):
            replace(wish, channel=channel)
        with pytest.raises(BooksBroken):
            WithdrawalRequest(UUID(int=1), person(0), channel)
    with pytest.raises(BooksBroken):
        replace(wish, entry=ClerkEntry(HANA.id))
