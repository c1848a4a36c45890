"""Take the value of a beacon from a file that two people bring."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import SuppliedBeacon
from issuance.ceremony.refusals import BeaconFilesDiffer
from issuance.ceremony.rules.beacon_files import read_beacon_file
from issuance.lottery.refusals import BeaconNotDue
from issuance.model import Clerk, RoundState
from issuance.model.draws import DrawStep, StepKind
from issuance.refusals import RoundNotReady, RoundUnknown, SecondPersonNeeded
from issuance.rules.draw_steps import NamedBeacon, named_in
from issuance.store import campaigns, draw_steps
from kernel.refusals import BooksBroken


def supply_beacon(session: Session, round_id: UUID, *, content: bytes, by: Clerk, now: datetime) -> SuppliedBeacon:
    """Take a file for the frozen round: the first person's waits, and counts once a second one brings the same value.

    Each brings the file from where they found it; it is verified both times. The first person may bring another one in
    its place. Refuses, in this order: RoundUnknown, RoundNotReady, BeaconNotDue, what
    `read_beacon_file` refuses, SecondPersonNeeded, BeaconFilesDiffer.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.state is not RoundState.FROZEN:
        raise RoundNotReady(state=round_.state, needed=RoundState.FROZEN)
    named = _named(session, round_id)
    if now < named.due_at:
        raise BeaconNotDue(due_at=named.due_at.isoformat())
    signature = read_beacon_file(content, beacon_id=named.beacon_id, beacon_round=named.beacon_round)
    waiting = draw_steps.newest_step(session, round_id, StepKind.BEACON_VALUE)
    facts = {"beacon_id": named.beacon_id, "beacon_round": named.beacon_round, "signature": signature.hex()}
    if waiting is None or not _stands(waiting, named, by, facts):
        draw_steps.insert_step(session, round_id, StepKind.BEACON_VALUE, facts, by=by, now=now)
        return SuppliedBeacon(signature.hex(), is_confirmed=False)
    if waiting.confirmed_at is not None:
        return SuppliedBeacon(waiting.facts["signature"], is_confirmed=True)
    if waiting.proposed_by == by.id:
        raise SecondPersonNeeded
    if waiting.facts != facts:
        raise BeaconFilesDiffer
    draw_steps.confirm_step(session, waiting.id, by=by, now=now)
    return SuppliedBeacon(signature.hex(), is_confirmed=True)


def _named(session: Session, round_id: UUID) -> NamedBeacon:
    step = draw_steps.newest_confirmed(session, round_id, StepKind.BEACON)
    if step is None:
        raise BooksBroken("a frozen round has no named beacon")
    return named_in(step.facts)


def _stands(waiting: DrawStep, named: NamedBeacon, by: Clerk, facts: Mapping[str, Any]) -> bool:
    """Whether a value that was brought before still waits beside one that is brought now."""
    is_about_it = (waiting.facts["beacon_id"], waiting.facts["beacon_round"]) == named[:2]
    is_replaced = waiting.confirmed_at is None and waiting.proposed_by == by.id and waiting.facts != facts
    return is_about_it and not is_replaced
