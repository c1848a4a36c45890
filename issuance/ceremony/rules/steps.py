"""Whether a second person may confirm what a first one proposed."""

from issuance.ceremony.refusals import CeremonyReasonMissing, NothingToConfirm
from issuance.model import Clerk
from issuance.model.draws import DrawStep, StepKind
from issuance.refusals import SecondPersonNeeded


def step_to_confirm(newest: DrawStep | None, kind: StepKind, by: Clerk) -> DrawStep:
    """The newest step of a kind, for whoever may confirm it. Refuses, in this order: NothingToConfirm,
    SecondPersonNeeded.
    """
    if newest is None or newest.confirmed_at is not None:
        raise NothingToConfirm(step=kind)
    if newest.proposed_by == by.id:
        raise SecondPersonNeeded
    return newest


def check_reason(reason: str) -> None:
    """Refuse CeremonyReasonMissing for a step that does not say why."""
    if not reason.strip():
        raise CeremonyReasonMissing
