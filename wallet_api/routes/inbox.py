"""The resident's inbox, and by which door they want to be told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from issuance.notices.model import DoorKind, InboxNotice
from issuance.notices.operations.choose_door import choose_door
from issuance.notices.operations.open_notice import open_notice
from issuance.notices.queries import chosen_door, notices_of, unread_notices
from issuance.notices.refusals import NoticeUnknown
from kernel.http import refuses
from wallet_api.notice_wording import notice_text
from wallet_api.parts import Parts
from wallet_api.schemas import NoticeAnswer, NoticeDoorBody, NoticesAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["inbox"], responses=refuses(*SIGN_IN_REFUSALS))
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@router.get("/notices")
def inbox(
    resident: Resident,
    parts: Parts,
    before: datetime = END_OF_TIME,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NoticesAnswer:
    """What the resident was told, newest first, and how much of it is unread."""
    with parts.database.transaction() as session:
        found = notices_of(session, resident.wallet_id, before=before, limit=limit)
        unread = unread_notices(session, resident.wallet_id)
        door = chosen_door(session, resident.wallet_id)
    return NoticesAnswer(unread=unread, door=door, notices=[_answer(item) for item in found])


@router.post("/notices/{notice_id}/read", responses=refuses(NoticeUnknown))
def read(notice_id: UUID, resident: Resident, parts: Parts) -> NoticeAnswer:
    """Open a notice; it counts as read from now on."""
    now = parts.clock.now()
    opened = parts.database.run(lambda session: open_notice(session, resident.wallet_id, notice_id, now=now))
    return _answer(opened)


@router.post("/notice-door", status_code=204)
def choose(body: NoticeDoorBody, resident: Resident, parts: Parts) -> None:
    """Choose by which door to be told; the same choice again changes nothing."""
    now, door = parts.clock.now(), DoorKind(body.door)
    parts.database.run(lambda session: choose_door(session, resident.wallet_id, door=door, now=now))


def _answer(item: InboxNotice) -> NoticeAnswer:
    text = notice_text(item.notice)
    return NoticeAnswer(
        notice_id=item.notice.id,
        kind=item.notice.kind,
        title=text.title,
        body=text.body,
        made_at=item.notice.made_at,
        is_unread=item.is_unread,
        sent_by=item.door,
        facts=dict(item.notice.facts),
    )
