"""What a record of the residents' register must look like."""

import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from identity.model import NewResident
from identity.refusals import ResidentAlreadyKnown, ResidentRecordInvalid

_KANA = re.compile(r"[ァ-ヺー・ 　]+")
_POSTAL_CODE = re.compile(r"[0-9]{3}-[0-9]{4}")
_BORN_FROM = date(1870, 1, 1)


def demand_usable_residents(residents: Sequence[NewResident], today: date) -> None:
    """Check an import record by record.

    Refuses, in this order: ResidentRecordInvalid with the first field that is empty, not katakana, not a postal code
    like `849-1311` or a birth after `today`; ResidentAlreadyKnown for a person that stands in it twice.
    """
    seen: set[UUID] = set()
    for position, resident in enumerate(residents):
        wrong = _wrong_field(resident, today)
        if wrong:
            raise ResidentRecordInvalid(position, wrong)
        if resident.person_id in seen:
            raise ResidentAlreadyKnown(str(resident.person_id))
        seen.add(resident.person_id)


def _wrong_field(resident: NewResident, today: date) -> str | None:
    for name in ("family_name", "given_name", "district", "address"):
        if not getattr(resident, name).strip():
            return name
    for name in ("family_kana", "given_kana"):
        if not _KANA.fullmatch(getattr(resident, name)):
            return name
    if not _POSTAL_CODE.fullmatch(resident.postal_code):
        return "postal_code"
    return None if _BORN_FROM <= resident.birth_date <= today else "birth_date"
