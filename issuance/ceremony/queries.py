"""Questions about the ceremony of a draw; frozen views come back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import ApplicationExplained, Objection, Proceedings, PublishedDay, Reconciliation
from issuance.ceremony.refusals import DrawNotMade, ReceiptUnknown
from issuance.ceremony.rules.explaining import place_of
from issuance.ceremony.rules.reconciling import reconcile
from issuance.ceremony.store import days, objections, outcomes, published
from issuance.lottery.files import APPLICATIONS_FILE, RESULTS_FILE, RunningRoot, parse_applications, write_daily
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, PublishedRules, parse_rule_sheet
from issuance.model.draws import DrawStep, StepKind, VoidApplication
from issuance.refusals import RoundUnknown
from issuance.rules.draw_steps import NamedBeacon, list_disputable_until, named_in
from issuance.store import campaigns, draw_steps, draws


def rule_sheet(session: Session, round_id: UUID) -> PublishedRules | None:
    """The published rules of a draw."""
    content = draws.find_file(session, round_id, RULE_SHEET_FILE)
    return parse_rule_sheet(content) if content is not None else None


def steps_of_draw(session: Session, round_id: UUID) -> list[DrawStep]:
    """Every step that was proposed, who proposed and who confirmed it, the first first."""
    return draw_steps.steps_of(session, round_id)


def published_days(session: Session, round_id: UUID) -> list[PublishedDay]:
    """The published count and root of each day so far."""
    return days.find_days(session, round_id)


def daily_file(session: Session, round_id: UUID) -> bytes:
    """daily.csv as far as it has come."""
    return write_daily(RunningRoot(item.day, item.count, item.root) for item in days.find_days(session, round_id))


def proceedings(session: Session, round_id: UUID) -> Proceedings:
    """What everybody may know of a draw beside its files; steps that wait for their second person are not in it."""
    sheet = draws.find_file(session, round_id, RULE_SHEET_FILE)
    return Proceedings(
        rules=parse_rule_sheet(sheet) if sheet is not None else None,
        sheet=sheet,
        days=tuple(days.find_days(session, round_id)),
        steps=tuple(published.steps_of(session, round_id)),
        objections=tuple(published.objections_to(session, round_id)),
        disputable_until=disputable_until(session, round_id),
    )


def rounds_with_days(session: Session, *, now: datetime) -> list[UUID]:
    """Rounds with a draw whose days are not all published."""
    return days.rounds_with_days(session, now)


def rounds_to_draw(session: Session, *, now: datetime) -> list[tuple[UUID, NamedBeacon]]:
    """Frozen rounds whose beacon's value can exist, with that beacon."""
    found = []
    for round_id in outcomes.rounds_to_draw(session, now):
        step = draw_steps.newest_confirmed(session, round_id, StepKind.BEACON)
        if step is not None and named_in(step.facts).due_at <= now:
            found.append((round_id, named_in(step.facts)))
    return found


def disputable_until(session: Session, round_id: UUID) -> datetime | None:
    """When the list can no longer be disputed; None before it is closed, and for a round without rules."""
    draw = draws.find_draw(session, round_id)
    if draw is None:
        return None
    status = draw_steps.list_status(session, draw)
    return list_disputable_until(status, status.rules) if status.rules is not None else None


def objections_of_round(session: Session, round_id: UUID) -> list[Objection]:
    """Objections to a list with their answers, the first first."""
    return objections.objections_of(session, round_id)


def void_applications(session: Session, round_id: UUID) -> list[VoidApplication]:
    """What the newest list leaves out, and why, by receipt."""
    return list(draws.find_voids(session, round_id).values())


def applicants_of(session: Session, round_id: UUID) -> Sequence[UUID]:
    """Everybody who applied in a round, withdrawn or not."""
    return list(outcomes.people_of(session, round_id))


def reconcile_draw(session: Session, round_id: UUID) -> Reconciliation:
    """Compare winners, grants, notices, paid purchases and lots. Refuses, in this order: RoundUnknown, DrawNotMade."""
    round_ = campaigns.find_round(session, round_id)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    files = draws.find_files(session, round_id)
    if RESULTS_FILE not in files:
        raise DrawNotMade(state=round_.state)
    paid = [
        (str(item.purchase_id), item.receipt, item.units, item.due_yen, item.issued_yen)
        for item in outcomes.paid_purchases(session, round_id)
    ]
    granted, noticed = outcomes.granted_by_draw(session, round_id), outcomes.noticed(session, round_id)
    return reconcile(round_id, files, granted, noticed, paid)


def explain_application(session: Session, round_id: UUID, receipt: str) -> ApplicationExplained:
    """Why an application is void, or which ticket and rank it has. Refuses, in this order: RoundUnknown,
    ReceiptUnknown.
    """
    if campaigns.find_round(session, round_id) is None:
        raise RoundUnknown(round_id=str(round_id))
    versions = outcomes.versions_of(session, round_id, receipt)
    if not versions:
        raise ReceiptUnknown(receipt=receipt)
    files, void = draws.find_files(session, round_id), draws.find_voids(session, round_id)
    rows = parse_applications(files[APPLICATIONS_FILE]) if APPLICATIONS_FILE in files else []
    left_out, place = void.get(receipt), place_of(files, receipt)
    return ApplicationExplained(
        round_id=round_id,
        receipt=receipt,
        versions=len(versions),
        units_asked=versions[-1][2],
        void_reason=left_out.reason if left_out else None,
        stands_for_it=left_out.stands_for_it if left_out else None,
        stands_for=tuple(item.receipt for item in void.values() if item.stands_for_it == receipt),
        listed_units=next((row.units for row in rows if row.receipt == receipt), None),
        ticket=place.ticket if place else None,
        rank=place.rank if place else None,
        rows=place.rows if place else None,
        granted_units=place.granted_units if place else None,
        waiting_position=place.waiting_position if place else None,
    )
