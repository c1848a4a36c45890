"""Let an application take a step that makes nothing else."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import ApplicationEvent, ApplicationStep
from merchants.refusals import ShopApplicationUnknown
from merchants.rules.applying import decide_step
from merchants.store import applications


def move_shop_application(
    session: Session,
    application_id: UUID,
    step: ApplicationStep,
    *,
    by: UUID | None,
    now: datetime,
    reason: str = "",
    seen_version: int | None = None,
) -> ApplicationEvent:
    """Ask for a correction, examine, decline or withdraw; `by` is the clerk, or nobody for the applicant.

    That the applicant proved who they are is the caller's to know. Refuses, in this order: ShopApplicationUnknown; what
    `decide_step` refuses.
    """
    place = applications.lock_application(session, application_id)
    if place is None:
        raise ShopApplicationUnknown
    event = decide_step(place, step, by=by, now=now, reason=reason, seen_version=seen_version)

    # Nothing below this line may refuse.
    applications.insert_event(session, event)
    return event
