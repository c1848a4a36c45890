"""Reading an extract of the roll that a clerk sends, once it is certain that the clerk may send one."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from identity.rules.my_number import refuse_my_number
from kernel.http import BodyNotReadable, FieldsInvalid
from staff_console.desks.roll import RollUpload
from staff_console.rights import ROLL_KEEPERS
from staff_console.viewer import StaffViewer, requires

ROLL_FILE_BYTES_MAX = 20 * 1024 * 1024
_FIELDS_MAX = 8
_TRUE = frozenset({"true", "1", "on"})

RollKeeper = Annotated[StaffViewer, Depends(requires(*ROLL_KEEPERS))]


async def roll_upload(request: Request, _viewer: RollKeeper) -> RollUpload:
    """The file and the facts of a form; a My Number in the file is told by its cell when its rows are read.

    Refuses, in this order: BodyNotReadable; MyNumberGiven; FieldsInvalid.
    """
    try:
        async with request.form(max_files=1, max_fields=_FIELDS_MAX) as form:
            return await _read(form)
    except HTTPException:
        raise BodyNotReadable from None


async def _read(form: FormData) -> RollUpload:
    refuse_my_number(**{name: value for name, value in form.items() if isinstance(value, str)})
    file, base_date = form.get("file"), _day(form.get("base_date"))
    if not isinstance(file, UploadFile) or base_date is None:
        missing = {"file": not isinstance(file, UploadFile), "base_date": base_date is None}
        raise FieldsInvalid(fields=[name for name, is_missing in missing.items() if is_missing])
    looked_at, dry_run = form.get("file_sha256"), form.get("dry_run")
    return RollUpload(
        file=await file.read(),
        base_date=base_date,
        is_dry_run=isinstance(dry_run, str) and dry_run.lower() in _TRUE,
        looked_at_sha256=looked_at if isinstance(looked_at, str) and looked_at else None,
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


SentRoll = Annotated[RollUpload, Depends(roll_upload)]
