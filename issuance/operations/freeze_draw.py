"""Publish the manifest that a future public random value will complete."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.allocation import AllocationRule
from issuance.lottery.draw import RuleSheet, freeze
from issuance.lottery.files import APPLICATIONS_FILE, parse_applications
from issuance.lottery.manifest import FROZEN_FILE, Manifest, parse_frozen, write_manifest
from issuance.lottery.refusals import BeaconNotNamed, RevealsDoNotPairWithCommitments
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, PublishedRules
from issuance.model import Clerk, Round, RoundRule, RoundState
from issuance.model.draws import DrawStep, StepKind
from issuance.refusals import (
    DrawFactNotHex,
    RoundHasNoDraw,
    RoundNotReady,
    RoundUnknown,
    SecondPersonNeeded,
)
from issuance.rules.draw_steps import NamedBeacon, check_naming, named_in
from issuance.store import campaigns, draw_steps, draws
from issuance.store.draws import Draw
from kernel.refusals import BooksBroken

_SECRET = re.compile(r"([0-9a-f]{64})?")


def freeze_draw(session: Session, round_id: UUID, *, reveals: Sequence[str], by: Clerk, now: datetime) -> bytes:
    """Confirm the named round of the beacon as its second person, open the holders' secrets and publish frozen.json.

    `reveals` are hex, in the order of the holders, empty when one is missing. A beacon that takes the place of a frozen
    one keeps all else as it was frozen. Gives the file; the beacon it names does not exist before.
    Refuses, in this order: RoundUnknown, RoundHasNoDraw, RoundNotReady, BeaconNotNamed, SecondPersonNeeded,
    DrawFactNotHex; what `check_naming` refuses; then as `issuance.lottery.draw.freeze`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    _check_state(round_id, round_)
    draw, step = draws.find_draw(session, round_id), draw_steps.newest_step(session, round_id, StepKind.BEACON)
    if round_ is None or draw is None:
        raise BooksBroken("a closed round has no list")
    if step is None or step.confirmed_at is not None:
        raise BeaconNotNamed(round_slug=round_.slug)
    if step.proposed_by == by.id:
        raise SecondPersonNeeded
    if not all(_SECRET.fullmatch(secret) for secret in reveals):
        raise DrawFactNotHex(name="reveals")
    named = named_in(step.facts)
    frozen = [named_in(item.facts) for item in draw_steps.confirmed_steps(session, round_id, StepKind.BEACON)]
    status = draw_steps.list_status(session, draw)
    rules = check_naming(status, frozen, named, round_slug=round_.slug, now=now)
    files = draws.find_files(session, round_id)
    manifest = _renamed(files, named, step, reveals) if frozen else _frozen(round_, draw, rules, named, reveals, files)
    content = write_manifest(manifest)

    draw_steps.confirm_step(session, step.id, by=by, now=now)
    draws.freeze_draw(session, round_id, (named.beacon_id, named.beacon_round), (step.proposed_by, by.id), now)
    draws.publish_anew(session, round_id, FROZEN_FILE, content)
    campaigns.set_round_state(session, round_id, RoundState.FROZEN)
    return content


def _frozen(
    round_: Round,
    draw: Draw,
    rules: PublishedRules,
    named: NamedBeacon,
    reveals: Sequence[str],
    files: Mapping[str, bytes],
) -> Manifest:
    """The manifest of a list that was never frozen."""
    sheet = RuleSheet(
        campaign=round_.slug,
        rule=AllocationRule(round_.rule),
        budget=round_.units_offered,
        commitments=rules.commitments,
        beacon_id=named.beacon_id,
        max_units=rules.row_units_max,
        program_sha256=rules.program_sha256,
        further={"rule_sheet_sha256": sha256(files[RULE_SHEET_FILE]).hexdigest()},
    )
    rows = parse_applications(files[APPLICATIONS_FILE])
    return freeze(sheet, rows, round_number=named.beacon_round, reveals=reveals, void_by_reason=dict(draw.void))


def _renamed(files: Mapping[str, bytes], named: NamedBeacon, step: DrawStep, reveals: Sequence[str]) -> Manifest:
    """The frozen manifest with another beacon, and why."""
    before = parse_frozen(files[FROZEN_FILE])
    if tuple(reveals) not in ((), before.reveals):
        raise RevealsDoNotPairWithCommitments(reveals=len(reveals), commitments=len(before.commitments))
    further = {**before.further, "renamed_because": step.reason}
    return replace(before, beacon_id=named.beacon_id, round_number=named.beacon_round, further=further)


def _check_state(round_id: UUID, round_: Round | None) -> None:
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.rule is RoundRule.FIRST_COME:
        raise RoundHasNoDraw(round_slug=round_.slug)
    if round_.state not in {RoundState.CLOSED, RoundState.FROZEN}:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
