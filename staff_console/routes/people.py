"""People at the help desk: for a reason, and on record."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from identity.access.model import PersonOfKana, PersonOfWallet, Reason
from identity.access.refusals import (
    CaseReferenceMissing,
    CaseReferenceTooLong,
    PersonalDataNotForDesk,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
    SearchFindsTooMany,
)
from identity.doors.refusals import CounterCodesExhausted, StaffRoleNeeded
from identity.refusals import HolderUnknown, PersonUnknown
from identity.rules.my_number import MyNumberGiven
from kernel.http import refuses
from staff_console.desks import people
from staff_console.parts import Parts
from staff_console.people_schemas import (
    CounterCodeAnswer,
    CounterCodeBody,
    ExportAnswer,
    ExportBody,
    KanaBody,
    PeopleAnswer,
    PersonAnswer,
    ReadBody,
    ReasonBody,
    SearchBody,
)
from staff_console.rights import HELP_DESK
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["people"])

Helper = Annotated[StaffViewer, Depends(requires(*HELP_DESK))]
READ_REFUSALS = (
    *VIEWER_REFUSALS,
    HolderUnknown,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
    CaseReferenceMissing,
    CaseReferenceTooLong,
    MyNumberGiven,
    PersonalDataNotForDesk,
    PersonUnknown,
)


@router.post("/people/search", response_model_exclude_none=True, responses=refuses(*READ_REFUSALS, SearchFindsTooMany))
def search(body: SearchBody, viewer: Helper, parts: Parts) -> PeopleAnswer:
    """Find people by reading and birth or by wallet; each one shown can read who looked, when and why."""
    found = people.find(parts, viewer, _wanted(body), _reason(body.reason), body.fields)
    return PeopleAnswer(people=[PersonAnswer.model_validate(each, from_attributes=True) for each in found])


@router.post("/people/{person_id}/read", response_model_exclude_none=True, responses=refuses(*READ_REFUSALS))
def read(person_id: UUID, body: ReadBody, viewer: Helper, parts: Parts) -> PersonAnswer:
    """The fields asked of one person, and no other."""
    found = people.read(parts, viewer, person_id, _reason(body.reason), body.fields)
    return PersonAnswer.model_validate(found, from_attributes=True)


@router.post("/people/{person_id}/export", responses=refuses(*READ_REFUSALS))
def export(person_id: UUID, body: ExportBody, viewer: Helper, parts: Parts) -> ExportAnswer:
    """Everything that the city holds about a person, as the person may ask for it."""
    return people.export(parts, viewer, person_id, _reason(body.reason))


@router.post(
    "/people/{person_id}/counter-code",
    status_code=201,
    responses=refuses(*VIEWER_REFUSALS, StaffRoleNeeded, PersonUnknown, CounterCodesExhausted),
)
def issue_counter_code(person_id: UUID, body: CounterCodeBody, viewer: Helper, parts: Parts) -> CounterCodeAnswer:
    """A code for somebody who stands here with a document: ten minutes, once; the one before it is gone."""
    code = people.issue_counter_code(parts, viewer, person_id, body.document_kind)
    return CounterCodeAnswer(code=code.text, expires_at=code.expires_at)


def _wanted(body: SearchBody) -> PersonOfKana | PersonOfWallet:
    if isinstance(body.who, KanaBody):
        return PersonOfKana(body.who.family_kana, body.who.birth_date, body.who.given_kana)
    return PersonOfWallet(body.who.wallet_id)


def _reason(body: ReasonBody) -> Reason:
    return Reason(body.code, body.text, body.case_reference)
