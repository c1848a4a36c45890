"""The resident roll: what an extract changes, and taking it over."""

from fastapi import APIRouter

from identity.roll.model import RollCounts
from identity.roll.refusals import (
    RollBaseDateInFuture,
    RollColumnsMissing,
    RollColumnTwice,
    RollFileUndecodable,
    RollHasNoRows,
    RollHoldsMyNumber,
    RollOlderThanLast,
    RollRowsUnusable,
    RollRowUnreadable,
)
from identity.rules.my_number import MyNumberGiven
from kernel.http import BodyNotReadable, BodyTooLarge, FieldsInvalid, refuses
from staff_console.desks import roll
from staff_console.parts import Parts
from staff_console.people_schemas import ROLL_UPLOAD, RollAnswer, RollCountsAnswer
from staff_console.refusals import RollFileDiffers
from staff_console.roll_upload import RollKeeper, SentRoll
from staff_console.viewer import VIEWER_REFUSALS

router = APIRouter(tags=["roll"])

IMPORT_REFUSALS = (
    *VIEWER_REFUSALS,
    BodyTooLarge,
    BodyNotReadable,
    MyNumberGiven,
    FieldsInvalid,
    RollFileDiffers,
    RollBaseDateInFuture,
    RollColumnsMissing,
    RollColumnTwice,
    RollFileUndecodable,
    RollRowUnreadable,
    RollHoldsMyNumber,
    RollHasNoRows,
    RollRowsUnusable,
    RollOlderThanLast,
)


@router.post("/roll/imports", openapi_extra=ROLL_UPLOAD, responses=refuses(*IMPORT_REFUSALS))
def import_roll(viewer: RollKeeper, upload: SentRoll, parts: Parts) -> RollAnswer:
    """Take over who lives in the city as the roll stood on a day; with `dry_run` only say what that would change."""
    if upload.is_dry_run:
        looked_at = roll.preview(parts, upload)
        return _answer(upload, looked_at.counts, looked_at.columns_not_kept, number=None, is_replay=False)
    done = roll.take_over(parts, viewer, upload)
    on_record = done.on_record
    return _answer(upload, on_record.counts, done.columns_not_kept, number=on_record.number, is_replay=done.is_replay)


def _answer(
    upload: roll.RollUpload, counts: RollCounts, columns: tuple[str, ...], *, number: int | None, is_replay: bool
) -> RollAnswer:
    return RollAnswer(
        dry_run=number is None,
        base_date=upload.base_date,
        file_sha256=upload.sha256,
        counts=RollCountsAnswer(**counts._asdict()),
        columns_not_kept=list(columns),
        number=number,
        is_replay=is_replay,
    )
