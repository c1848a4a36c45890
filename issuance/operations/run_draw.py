"""Draw a round."""

import re
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery import draw as protocol
from issuance.lottery.files import (
    APPLICATIONS_FILE,
    RESULTS_FILE,
    WAITLIST_FILE,
    parse_applications,
    parse_results,
    parse_waitlist,
)
from issuance.lottery.manifest import FROZEN_FILE, parse_frozen
from issuance.lottery.refusals import BeaconNotDue
from issuance.model import DrawSummary, GrantOrigin, Round, RoundState
from issuance.model.draws import StepKind
from issuance.purchase_model import NewGrant
from issuance.refusals import DrawFactNotHex, RoundAlreadyDrawn, RoundNotReady, RoundUnknown
from issuance.rules.draw_steps import check_undisputed, named_in
from issuance.store import campaigns, draw_steps, draws, grants
from issuance.store.draws import Draw
from kernel.refusals import BooksBroken

_HEX = re.compile(r"(?:[0-9a-f]{2})+")


def run_draw(session: Session, round_id: UUID, *, signature_hex: str, now: datetime) -> DrawSummary:
    """Draw with the beacon's signature (or the fallback's statement), publish the files, and grant to the winners.

    The same signature again gives the same answer. Refuses, in this order: RoundUnknown, DrawFactNotHex,
    RoundAlreadyDrawn, RoundNotReady; what `check_undisputed` refuses; BeaconNotDue before the value can exist; then as
    `issuance.lottery.draw.run_draw`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if not _HEX.fullmatch(signature_hex):
        raise DrawFactNotHex(name="signature")
    files = draws.find_files(session, round_id)
    draw = draws.find_draw(session, round_id)
    if draw is not None and draw.drawn_at is not None:
        return _drawn_before(round_, draw, files, signature_hex)
    if round_.state is not RoundState.FROZEN:
        raise RoundNotReady(state=round_.state, needed=RoundState.FROZEN)
    _check_due(session, round_, draw, now)
    frozen = parse_frozen(files[FROZEN_FILE])
    rows = parse_applications(files[APPLICATIONS_FILE])
    published = protocol.publish(protocol.run_draw(frozen, bytes.fromhex(signature_hex), rows))

    _write(session, round_, {name: published[name] for name in published.keys() - files.keys()}, now)
    draws.finish_draw(session, round_id, signature_hex, now)
    return _summary(round_id, published, signature_hex, now)


def _check_due(session: Session, round_: Round, draw: Draw | None, now: datetime) -> None:
    step = draw_steps.newest_confirmed(session, round_.id, StepKind.BEACON)
    if draw is None or step is None:
        raise BooksBroken("a frozen round has no list or no named beacon")
    check_undisputed(draw_steps.list_status(session, draw), round_slug=round_.slug, now=now)
    due_at = named_in(step.facts).due_at
    if now < due_at:
        raise BeaconNotDue(due_at=due_at.isoformat())


def _write(session: Session, round_: Round, files: dict[str, bytes], now: datetime) -> None:
    draws.insert_files(session, round_.id, files)
    winners = [
        NewGrant(receipt, units, GrantOrigin.DRAW, round_.pay_until)
        for receipt, units in parse_results(files[RESULTS_FILE]).items()
        if units
    ]
    grants.insert_grants(session, round_.id, winners, now)
    campaigns.set_round_state(session, round_.id, RoundState.DRAWN)


def _drawn_before(round_: Round, draw: Draw, files: dict[str, bytes], signature_hex: str) -> DrawSummary:
    if draw.signature != signature_hex or draw.drawn_at is None:
        raise RoundAlreadyDrawn(round_slug=round_.slug)
    return _summary(round_.id, files, signature_hex, draw.drawn_at)


def _summary(round_id: UUID, files: dict[str, bytes], signature_hex: str, drawn_at: datetime) -> DrawSummary:
    granted = [units for units in parse_results(files[RESULTS_FILE]).values() if units]
    return DrawSummary(
        round_id=round_id,
        signature_hex=signature_hex,
        winners=len(granted),
        granted_units=sum(granted),
        waiting_units=sum(entry.units for entry in parse_waitlist(files[WAITLIST_FILE])),
        drawn_at=drawn_at,
    )
