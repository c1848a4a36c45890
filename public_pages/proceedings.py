"""What is published of how a draw came about, as the documents of the public's API."""

from hashlib import sha256

from issuance.ceremony.model import Proceedings, PublicObjection, PublicStep, PublishedDay
from issuance.ceremony.queries import proceedings
from issuance.queries import PublicDraw
from kernel.db import Session
from public_pages.proceedings_schemas import (
    DayAnswer,
    HolderAnswer,
    ObjectionAnswer,
    ReceiptKeyAnswer,
    RulesAnswer,
    StepAnswer,
    WholeDrawAnswer,
)
from public_pages.schemas import DrawAnswer


def whole_draw(session: Session, found: PublicDraw, answer: DrawAnswer) -> WholeDrawAnswer:
    """Add to a draw what is published beside its files."""
    told = proceedings(session, found.round.id)
    return WholeDrawAnswer(
        **answer.model_dump(),
        rules=_rules(told),
        days=[_day(day) for day in told.days],
        steps=[_step(step) for step in told.steps],
        objections=[_objection(objection) for objection in told.objections],
        disputable_until=told.disputable_until,
    )


def _rules(told: Proceedings) -> RulesAnswer | None:
    rules = told.rules
    if rules is None or told.sheet is None:
        return None
    return RulesAnswer(
        sha256=sha256(told.sheet).hexdigest(),
        text=told.sheet.decode(),
        closes_at=rules.closes_at,
        draw_at=rules.draw_at,
        dispute_days=rules.dispute_days,
        exclusions=list(rules.exclusions),
        grouping=rules.grouping,
        household_cap_units=rules.household_cap,
        beacon_id=rules.beacon_id,
        beacon_how=rules.beacon_how,
        fallback_beacon_id=rules.fallback.beacon_id,
        fallback_how=rules.fallback.how,
        holders=[HolderAnswer(office=holder.office, commitment=holder.commitment) for holder in rules.holders],
        receipt_keys=[ReceiptKeyAnswer(kid=key.kid, public_key=key.public_key) for key in rules.receipt_keys],
        program_sha256=rules.program_sha256,
    )


def _day(day: PublishedDay) -> DayAnswer:
    return DayAnswer(day=day.day, count=day.count, root=day.root, published_at=day.published_at)


def _step(step: PublicStep) -> StepAnswer:
    return StepAnswer(
        kind=step.kind,
        reason=step.reason,
        proposed_desk=step.proposed_desk,
        proposed_at=step.proposed_at,
        confirmed_desk=step.confirmed_desk,
        confirmed_at=step.confirmed_at,
        closes_at=step.closes_at,
        draw_at=step.draw_at,
        beacon_id=step.beacon_id,
        beacon_round=step.beacon_round,
        due_at=step.due_at,
    )


def _objection(objection: PublicObjection) -> ObjectionAnswer:
    return ObjectionAnswer(
        standing=objection.standing,
        recorded_at=objection.recorded_at,
        outcome=objection.outcome,
        answer=objection.answer,
        answered_at=objection.answered_at,
    )
