"""Publish the manifest that a future public random value will complete."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.allocation import AllocationRule
from issuance.lottery.beacon import NAMED_AHEAD_MIN, QUICKNET, round_appears_at
from issuance.lottery.draw import RuleSheet, freeze
from issuance.lottery.files import APPLICATIONS_FILE, parse_applications
from issuance.lottery.manifest import FROZEN_FILE, write_manifest
from issuance.lottery.refusals import DrawTimeTooSoon
from issuance.model import Clerk, Round, RoundRule, RoundState
from issuance.refusals import (
    CampaignNumberOutOfRange,
    DrawFactNotHex,
    RoundHasNoDraw,
    RoundNotReady,
    RoundUnknown,
    SecondPersonNeeded,
)
from issuance.store import campaigns, draws
from kernel.refusals import BooksBroken

BEACON_ROUND_MAX = 10_000_000_000
"""Far enough for any beacon, and near enough to be a date."""

_SECRET = re.compile(r"([0-9a-f]{64})?")


def freeze_draw(
    session: Session,
    round_id: UUID,
    *,
    beacon_id: str,
    beacon_round: int,
    reveals: Sequence[str],
    by: Clerk,
    second_person: Clerk,
    now: datetime,
) -> bytes:
    """Name the beacon's round, open the holders' secrets (hex, empty when missing) and publish frozen.json.

    Gives the file. Refuses, in this order: RoundUnknown, RoundHasNoDraw, RoundNotReady, SecondPersonNeeded,
    DrawFactNotHex, CampaignNumberOutOfRange; DrawTimeTooSoon when a quicknet round is less than an hour ahead; then as
    `issuance.lottery.draw.freeze`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    draw = draws.find_draw(session, round_id)
    _check_step(round_id, round_)
    if round_ is None or draw is None:
        raise BooksBroken("a closed round has no list")
    _check_ceremony(beacon_id, beacon_round, reveals, by, second_person, now)
    rows = parse_applications(draws.find_files(session, round_id)[APPLICATIONS_FILE])
    sheet = _rule_sheet(round_, beacon_id)
    frozen = freeze(sheet, rows, round_number=beacon_round, reveals=reveals, void_by_reason=dict(draw.void))
    content = write_manifest(frozen)

    people = (by.id, second_person.id)
    draws.freeze_draw(session, round_id, (beacon_id, beacon_round), people, now)
    draws.insert_files(session, round_id, {FROZEN_FILE: content})
    campaigns.set_round_state(session, round_id, RoundState.FROZEN)
    return content


def _rule_sheet(round_: Round, beacon_id: str) -> RuleSheet:
    """The facts of a round that decide its draw."""
    return RuleSheet(
        campaign=round_.slug,
        rule=AllocationRule(round_.rule),
        budget=round_.units_offered,
        commitments=round_.commitments,
        beacon_id=beacon_id,
        max_units=round_.max_units,
    )


def _check_step(round_id: UUID, round_: Round | None) -> None:
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.rule is RoundRule.FIRST_COME:
        raise RoundHasNoDraw(round_slug=round_.slug)
    if round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)


def _check_ceremony(
    beacon_id: str,
    beacon_round: int,
    reveals: Sequence[str],
    by: Clerk,
    second_person: Clerk,
    now: datetime,
) -> None:
    if by.id == second_person.id:
        raise SecondPersonNeeded
    if not all(_SECRET.fullmatch(secret) for secret in reveals):
        raise DrawFactNotHex(name="reveals")
    if type(beacon_round) is not int or not 1 <= beacon_round <= BEACON_ROUND_MAX:
        raise CampaignNumberOutOfRange(name="beacon_round", given=beacon_round, min=1, max=BEACON_ROUND_MAX)
    draw_at, earliest_at = round_appears_at(beacon_round), now + NAMED_AHEAD_MIN
    if beacon_id == QUICKNET and draw_at < earliest_at:
        raise DrawTimeTooSoon(draw_at=draw_at.isoformat(), earliest_at=earliest_at.isoformat())
