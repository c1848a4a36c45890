"""Applications that a clerk enters, from paper or at the counter, and the story of an application."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from identity.access.model import Reason
from identity.access.refusals import (
    CaseReferenceMissing,
    CaseReferenceTooLong,
    PersonalDataNotForDesk,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
)
from identity.refusals import HolderUnknown, PersonUnknown
from identity.rules.my_number import MyNumberGiven
from issuance.model import VersionHistory
from issuance.refusals import (
    AgeOutsideCampaign,
    AlreadyApplied,
    ApplicantHasDied,
    ApplicationIsFinal,
    ApplicationUnknown,
    ApplicationWithdrawn,
    ChangeReasonMissing,
    GrantedInEarlierRound,
    HouseholdNotKnown,
    NotForThisQuota,
    NotResidentOnBaseDate,
    PaperDayNotPossible,
    PaperFormAlreadyEntered,
    PaperFormNotWellFormed,
    RoundNotOpen,
    RoundUnknown,
    RoundWithdrawn,
    RulesNotPublished,
    UnitsExceedHouseholdCap,
    UnitsExceedPersonCap,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from kernel.http import IdempotencyKeyMalformed, IdempotencyKeyMissing, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent
from staff_console.desks import entries
from staff_console.desks.entries import Entry, PaperForm, Told
from staff_console.entry_schemas import (
    ApplicationEntryBody,
    EntryBody,
    ReceiptAnswer,
    StoryAnswer,
    StoryBody,
    VersionAnswer,
    WithdrawalAnswer,
)
from staff_console.parts import Parts
from staff_console.rights import COUNTER_CLERKS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["applications"])

CounterClerk = Annotated[StaffViewer, Depends(requires(*COUNTER_CLERKS))]
Key = Annotated[str, Depends(idempotency_key)]
READ_REFUSALS = (HolderUnknown, PersonalDataNotForDesk, PersonUnknown)
PAPER_REFUSALS = (ChangeReasonMissing, PaperFormNotWellFormed, PaperDayNotPossible, PaperFormAlreadyEntered)
KEY_REFUSALS = (IdempotencyKeyMissing, IdempotencyKeyMalformed, KeyReusedWithOtherContent)
ENTER_REFUSALS = (
    *VIEWER_REFUSALS,
    *KEY_REFUSALS,
    *READ_REFUSALS,
    *PAPER_REFUSALS,
    RoundUnknown,
    ApplicationWithdrawn,
    AlreadyApplied,
    RoundWithdrawn,
    RulesNotPublished,
    RoundNotOpen,
    ApplicationIsFinal,
    ApplicantHasDied,
    NotResidentOnBaseDate,
    AgeOutsideCampaign,
    NotForThisQuota,
    GrantedInEarlierRound,
    UnitsOutOfRange,
    UnitsExceedPersonCap,
    HouseholdNotKnown,
    UnitsExceedHouseholdCap,
    UnitsSoldOut,
)
WITHDRAW_REFUSALS = (
    *VIEWER_REFUSALS,
    *KEY_REFUSALS,
    *PAPER_REFUSALS,
    RoundUnknown,
    RoundWithdrawn,
    RulesNotPublished,
    RoundNotOpen,
    ApplicationUnknown,
    ApplicationIsFinal,
)
STORY_REFUSALS = (
    *VIEWER_REFUSALS,
    *READ_REFUSALS,
    ApplicationUnknown,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
    CaseReferenceMissing,
    CaseReferenceTooLong,
    MyNumberGiven,
)


@router.post("/applications", status_code=201, responses=refuses(*ENTER_REFUSALS))
def enter(
    body: ApplicationEntryBody, viewer: CounterClerk, key: Key, parts: Parts, response: Response
) -> ReceiptAnswer:
    """Enter an application; a second one of the same person is refused with how and when the first came in.

    For a wish of the resident, `replaces_version` and `reason` make it a new version of the first.
    """
    taken = entries.enter(parts, viewer, _entry(body, key), units=body.units, replaces=body.replaces_version)
    if taken.is_replay:
        response.headers["Idempotency-Replayed"] = "true"
    return ReceiptAnswer.model_validate(taken.receipt, from_attributes=True)


@router.post("/applications/withdrawals", status_code=201, responses=refuses(*WITHDRAW_REFUSALS))
def withdraw(body: EntryBody, viewer: CounterClerk, key: Key, parts: Parts) -> WithdrawalAnswer:
    """Withdraw an application for a wish of the resident; until the closing it can be taken up again."""
    withdrawn = entries.withdraw(parts, viewer, _entry(body, key))
    return WithdrawalAnswer(receipt=withdrawn.receipt, version=withdrawn.version, withdrawn_at=withdrawn.received_at)


@router.post("/applications/story", responses=refuses(*STORY_REFUSALS))
def story(body: StoryBody, viewer: CounterClerk, parts: Parts) -> StoryAnswer:
    """Who applied when and from where, what changed, why it is void, and what it won; the person can read who asked."""
    reason = Reason(body.reason.code, body.reason.text, body.reason.case_reference)
    return _story(entries.tell(parts, viewer, body.receipt, reason))


def _entry(body: EntryBody, key: str) -> Entry:
    form = PaperForm(body.form.number, body.form.received_on) if body.form else None
    return Entry(round_id=body.round_id, person_id=body.person_id, key=key, form=form, reason=body.reason)


def _story(told: Told) -> StoryAnswer:
    history, drawn = told.history, told.drawn
    return StoryAnswer(
        round_id=history.round_id,
        round_slug=history.round_slug,
        person_id=history.person_id,
        receipt=history.receipt,
        versions=[_version(version) for version in history.versions],
        is_withdrawn=history.is_withdrawn,
        is_in_closed_list=drawn.listed_units is not None if told.is_list_closed else None,
        listed_units=drawn.listed_units,
        void_reason=drawn.void_reason,
        stands_for_it=drawn.stands_for_it,
        stands_for=list(drawn.stands_for),
        ticket=drawn.ticket,
        rank=drawn.rank,
        rows=drawn.rows,
        drawn_units=drawn.granted_units,
        waiting_position=drawn.waiting_position,
        grants=list(told.grants),
    )


def _version(version: VersionHistory) -> VersionAnswer:
    entry = version.entry
    return VersionAnswer(
        version=version.version,
        at=version.at,
        channel=version.channel,
        clerk_id=entry.clerk_id if entry else None,
        form_number=entry.form_number if entry else None,
        received_on=entry.received_on if entry else None,
        reason=entry.reason if entry else None,
        units_before=version.units_before,
        units=version.units,
        signature=version.signature,
    )
