"""The ceremony of a draw at city hall: what identity knows of applicants, and how far a draw is."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from identity.queries import all_staff
from identity.roll.model import ResidenceEventKind
from identity.roll.queries import departures_of, is_resident_on
from issuance.ceremony.model import Objection, RuleSheetPlan
from issuance.ceremony.queries import (
    applicants_of,
    disputable_until,
    objections_of_round,
    published_days,
    rule_sheet,
    steps_of_draw,
)
from issuance.lottery.rule_sheet import Fallback, Grouping, SecretHolder
from issuance.model import Round
from issuance.model.draws import DrawStep, VoidReason
from issuance.queries import find_campaign, find_round
from issuance.refusals import RoundUnknown
from kernel.db import Session
from staff_console.draw_schemas import CeremonyAnswer, DayAnswer, ObjectionAnswer, RuleSheetBody, StepAnswer
from staff_console.parts import ConsoleParts

NOT_SHOWN = {"content"}
"""The text of a proposed rule sheet; its SHA-256 names it."""


def round_of(session: Session, round_id: UUID) -> Round:
    """A round as it stands. Refuses: RoundUnknown."""
    round_ = find_round(session, round_id)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    return round_


def plan_of(body: RuleSheetBody) -> RuleSheetPlan:
    """A rule sheet as it was typed."""
    return RuleSheetPlan(
        draw_at=body.draw_at,
        holders=tuple(SecretHolder(item.office, item.commitment) for item in body.holders),
        fallback=Fallback(body.fallback.beacon_id, body.fallback.how),
        exclusions=tuple(body.exclusions),
        dispute_days=body.dispute_days,
        grouping=body.grouping,
        beacon_id=body.beacon_id,
        beacon_how=body.beacon_how,
    )


def campaign_key(session: Session, parts: ConsoleParts, round_id: UUID, *, plan: RuleSheetPlan | None = None) -> bytes:
    """The key that hides the households of a campaign, made when it is first needed; empty where none are grouped.

    Refuses: RoundUnknown.
    """
    round_ = round_of(session, round_id)
    sheet = plan if plan is not None else rule_sheet(session, round_id)
    is_grouped = sheet is not None and sheet.grouping is Grouping.HOUSEHOLD
    campaign = find_campaign(session, round_.campaign_id)
    return parts.campaign_key(campaign.slug) if is_grouped and campaign is not None else b""


def standings(session: Session, round_id: UUID) -> dict[UUID, VoidReason | None]:
    """What the roll says of everybody who applied: who died, or did not live here on the base date, does not count."""
    round_ = round_of(session, round_id)
    people = applicants_of(session, round_id)
    told = departures_of(session, people)
    dead = {person_id for person_id, events in told.items() if events[-1].kind is ResidenceEventKind.DIED}
    campaign = find_campaign(session, round_.campaign_id)
    base_date = campaign.terms.base_date if campaign is not None else None
    lived_here = is_resident_on(session, people, base_date) if base_date is not None else dict.fromkeys(people, True)

    def standing(person_id: UUID) -> VoidReason | None:
        if person_id in dead:
            return VoidReason.DIED
        return None if lived_here[person_id] else VoidReason.MOVED

    return {person_id: standing(person_id) for person_id in people}


def ceremony_of(session: Session, round_id: UUID) -> CeremonyAnswer:
    """How far the ceremony of a round is. Refuses: RoundUnknown."""
    round_ = round_of(session, round_id)
    names = {member.staff_id: member.display_name for member in all_staff(session)}
    days = published_days(session, round_id)
    return CeremonyAnswer(
        round_id=round_id,
        state=round_.state,
        closes_at=round_.closes_at,
        has_rule_sheet=rule_sheet(session, round_id) is not None,
        disputable_until=disputable_until(session, round_id),
        steps=[_step(step, names) for step in steps_of_draw(session, round_id)],
        days=[DayAnswer(day=item.day, count=item.count, root=item.root) for item in days],
        objections=[_objection(item, names) for item in objections_of_round(session, round_id)],
    )


def _step(step: DrawStep, names: Mapping[UUID, str]) -> StepAnswer:
    return StepAnswer(
        kind=step.kind,
        facts={name: fact for name, fact in step.facts.items() if name not in NOT_SHOWN},
        reason=step.reason,
        proposed_by=names.get(step.proposed_by, str(step.proposed_by)),
        proposed_at=step.proposed_at,
        confirmed_by=_name(step.confirmed_by, names),
        confirmed_at=step.confirmed_at,
    )


def _objection(objection: Objection, names: Mapping[UUID, str]) -> ObjectionAnswer:
    facts = asdict(objection)
    del facts["id"], facts["round_id"]
    facts["recorded_by"] = names.get(objection.recorded_by, str(objection.recorded_by))
    facts["answered_by"] = _name(objection.answered_by, names)
    return ObjectionAnswer(objection_id=objection.id, **facts)


def _name(staff_id: UUID | None, names: Mapping[UUID, str]) -> str | None:
    return None if staff_id is None else names.get(staff_id, str(staff_id))
