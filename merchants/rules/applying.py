"""Which step an application may take, and what that writes into its history."""

from datetime import datetime
from uuid import UUID

from merchants.model import (
    APPLICATION_MOVES,
    ApplicationEvent,
    ApplicationMover,
    ApplicationPlace,
    ApplicationState,
    ApplicationStep,
)
from merchants.refusals import (
    ShopApplicationChangedMeanwhile,
    ShopApplicationNeedsSecondPerson,
    ShopApplicationReasonMissing,
    ShopApplicationStepNotAllowed,
)
from merchants.rules.reasons import written_reason


def decide_step(
    place: ApplicationPlace,
    step: ApplicationStep,
    *,
    by: UUID | None,
    now: datetime,
    reason: str = "",
    seen_version: int | None = None,
    two_people: bool = True,
    merchant_id: UUID | None = None,
) -> ApplicationEvent:
    """The event of a step that may be taken now; `by` is the member of staff, or nobody for the applicant.

    `seen_version` is what a clerk looked at. Refuses, in this order: ShopApplicationStepNotAllowed, also for a step
    that is the other side's; ShopApplicationChangedMeanwhile; ShopApplicationReasonMissing;
    ShopApplicationNeedsSecondPerson.
    """
    reason = written_reason(reason)
    mover = ApplicationMover.STAFF if by is not None else ApplicationMover.APPLICANT
    move = APPLICATION_MOVES.get((place.state, step))
    if move is None or move.mover is not mover:
        raise ShopApplicationStepNotAllowed(place.receipt, place.state.value, step.value)
    if seen_version is not None and seen_version != place.version:
        raise ShopApplicationChangedMeanwhile(place.receipt, seen_version, place.version)
    if move.needs_reason and not reason:
        raise ShopApplicationReasonMissing
    is_alone = place.state is ApplicationState.EXAMINED and step is ApplicationStep.APPROVED and by == place.examined_by
    if is_alone or (move.for_one_person and two_people):
        raise ShopApplicationNeedsSecondPerson(place.receipt)
    is_new = step in (ApplicationStep.SUBMITTED, ApplicationStep.CORRECTED)
    return ApplicationEvent(
        place.application_id,
        place.event_count + 1,
        place.version + is_new,
        step,
        place.state,
        move.to_state,
        now,
        mover,
        by,
        reason,
        merchant_id,
    )


def steps_open_to(
    place: ApplicationPlace, mover: ApplicationMover, by: UUID | None = None, *, two_people: bool = True
) -> set[ApplicationStep]:
    """What somebody may do with an application now, for the buttons of a page."""
    is_examiner = by is not None and by == place.examined_by
    return {
        step
        for (state, step), move in APPLICATION_MOVES.items()
        if state is place.state
        and move.mover is mover
        and not (move.for_one_person and two_people)
        and not (is_examiner and state is ApplicationState.EXAMINED and step is ApplicationStep.APPROVED)
    }
