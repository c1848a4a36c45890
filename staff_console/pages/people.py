"""Searching for residents: the reason first, then whom, then the fields that were asked and no other."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Request
from starlette.responses import Response

from identity.access.model import DeletionReason, PersonField, PersonOfKana, PersonOfWallet, Reason, ReasonCode
from identity.access.refusals import (
    CaseReferenceMissing,
    CaseReferenceTooLong,
    ReasonMissing,
    ReasonTooLong,
    ReasonTooVague,
    SearchFindsTooMany,
)
from identity.access.rules.reasons import NEED_A_CASE
from identity.doors.model import DocumentKind
from identity.rules.my_number import MyNumberGiven
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal
from staff_console.desks import people
from staff_console.file_answer import file_answer
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import HELP_DESK
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Helper = Annotated[StaffViewer, Depends(requires(*HELP_DESK))]
Typed = Annotated[str, Form(max_length=1_000)]
USUAL_FIELDS = (PersonField.NAME, PersonField.BIRTH_DATE, PersonField.ADDRESS)
PLACES: dict[type[Refusal], str] = {
    ReasonMissing: "reason_text",
    ReasonTooLong: "reason_text",
    ReasonTooVague: "reason_text",
    MyNumberGiven: "reason_text",
    CaseReferenceMissing: "case_reference",
    CaseReferenceTooLong: "case_reference",
    SearchFindsTooMany: "given_kana",
}
"""Beside which field a refusal is said."""


@dataclass(frozen=True)
class TypedReason:
    """A reason as it was typed into a form."""

    reason_code: Annotated[ReasonCode, Form()]
    reason_text: Typed = ""
    case_reference: Typed = ""

    @property
    def reason(self) -> Reason:
        return Reason(self.reason_code, self.reason_text, self.case_reference or None)


@dataclass(frozen=True)
class TypedSearch:
    """Whom to find, as it was typed into the form; what a page shows again after a mistake."""

    family_kana: Typed = ""
    given_kana: Typed = ""
    birth_date: Typed = ""
    wallet_id: Typed = ""

    def wanted(self) -> PersonOfKana | PersonOfWallet | dict[str, str]:
        """Whom to find, or what is wrong with it by field."""
        if self.wallet_id.strip():
            return self._of_wallet()
        born = _day(self.birth_date)
        if not self.family_kana.strip():
            return {"family_kana": "氏のカナを入力してください。ウォレットの番号でもさがせます。"}
        if born is None:
            return {"birth_date": "生年月日を入力してください。"}
        return PersonOfKana(self.family_kana, born, self.given_kana.strip() or None)

    def _of_wallet(self) -> PersonOfWallet | dict[str, str]:
        try:
            return PersonOfWallet(UUID(self.wallet_id.strip()))
        except ValueError:
            return {"wallet_id": "ウォレットの番号の形ではありません。もういちどたしかめてください。"}


@router.get("/people")
def ask(request: Request, viewer: Helper) -> Response:
    """The form: why, whom, and what to show."""
    return _form(request, viewer, None, TypedSearch(), USUAL_FIELDS, {})


@router.post("/people/search")
def search(
    request: Request,
    viewer: Helper,
    typed_reason: Annotated[TypedReason, Depends()],
    typed: Annotated[TypedSearch, Depends()],
    parts: Parts,
    fields: Annotated[list[PersonField] | None, Form()] = None,
) -> Response:
    """Show whom the search finds; the page is the answer, so that nothing about anybody stands in an address."""
    wanted = typed.wanted()
    chosen = fields or []
    if not isinstance(wanted, dict) and not chosen:
        wanted = {"fields": "見る項目を1つ以上選んでください。"}
    if isinstance(wanted, dict):
        return _form(request, viewer, typed_reason, typed, chosen, wanted)
    try:
        found = people.find(parts, viewer, wanted, typed_reason.reason, chosen)
    except tuple(PLACES) as refusal:
        errors = {PLACES[type(refusal)]: sentence_of(request, refusal)}
        return _form(request, viewer, typed_reason, typed, chosen, errors)
    return show(
        request,
        viewer,
        "people_found.html",
        people=found,
        asked=[field for field in PersonField if field in chosen],
        reason=typed_reason,
        documents=list(DocumentKind),
        deletion_reasons=list(DeletionReason),
    )


@router.post("/people/{person_id}/export")
def export(person_id: UUID, viewer: Helper, typed_reason: Annotated[TypedReason, Depends()], parts: Parts) -> Response:
    """Everything about a person as a file to hand over."""
    document = people.export(parts, viewer, person_id, typed_reason.reason)
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    return file_answer(content, f"person-{person_id}.json", "application/json")


def _form(
    request: Request,
    viewer: StaffViewer,
    typed_reason: TypedReason | None,
    typed: TypedSearch,
    chosen: list[PersonField] | tuple[PersonField, ...],
    errors: dict[str, str],
) -> Response:
    response = show(
        request,
        viewer,
        "people.html",
        reason=typed_reason,
        typed=typed,
        chosen=chosen,
        errors=errors,
        reason_codes=list(ReasonCode),
        with_case=NEED_A_CASE,
        all_fields=list(PersonField),
    )
    response.status_code = 422 if errors else 200
    return response


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
