"""The resident's inbox, and by which door they want to be told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from identity.doors.queries import mail_recipients
from identity.doors.refusals import MailAddressMissing, MailDoorClosed
from issuance.notices.model import DoorKind, InboxNotice
from issuance.notices.operations.choose_door import choose_door
from issuance.notices.operations.open_notice import open_notice
from issuance.notices.queries import chosen_door, notices_of, unread_notices
from issuance.notices.refusals import NoticeUnknown
from kernel.db import Session
from kernel.http import refuses
from kernel.pages.languages import words_of
from kernel.pages.look import read_look
from wallet_api.notice_wording import Speech, notice_text
from wallet_api.parts import Parts
from wallet_api.refusals import NotAResident
from wallet_api.schemas import NoticeAnswer, NoticeDoorBody, NoticesAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident, ResidentPerson

router = APIRouter(tags=["inbox"], responses=refuses(*SIGN_IN_REFUSALS))
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def speech_of(request: Request) -> Speech:
    """How notices are said to who asks: as the browser's look says, else as `Accept-Language`."""
    language = read_look(request).language
    return Speech(words_of("wallet_api", language).gettext, language)


Spoken = Annotated[Speech, Depends(speech_of)]


@router.get("/notices")
def inbox(
    resident: Resident,
    parts: Parts,
    speech: Spoken,
    before: datetime = END_OF_TIME,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NoticesAnswer:
    """What the resident was told, newest first, and how much of it is unread.

    Titles and bodies are in the language of `Accept-Language`: ja, ja-easy or en.
    """
    with parts.database.transaction() as session:
        found = notices_of(session, resident.wallet_id, before=before, limit=limit)
        unread = unread_notices(session, resident.wallet_id)
        door = chosen_door(session, resident.wallet_id)
    return NoticesAnswer(unread=unread, door=door, notices=[_answer(item, speech) for item in found])


@router.post("/notices/{notice_id}/read", responses=refuses(NoticeUnknown))
def read(notice_id: UUID, resident: Resident, parts: Parts, speech: Spoken) -> NoticeAnswer:
    """Open a notice; it counts as read from now on."""
    now = parts.clock.now()
    opened = parts.database.run(lambda session: open_notice(session, resident.wallet_id, notice_id, now=now))
    return _answer(opened, speech)


@router.post(
    "/notice-door",
    status_code=204,
    responses=refuses(*SIGN_IN_REFUSALS, NotAResident, MailDoorClosed, MailAddressMissing),
)
def choose(body: NoticeDoorBody, resident: ResidentPerson, parts: Parts) -> None:
    """Choose by which door to be told; the same choice again changes nothing. E-mail needs an address that was proved.

    Refuses, in this order: MailDoorClosed; MailAddressMissing.
    """
    now, door = parts.clock.now(), DoorKind(body.door)
    if door is DoorKind.EMAIL and not parts.sends_mail:
        raise MailDoorClosed

    def work(session: Session) -> None:
        if door is DoorKind.EMAIL and not mail_recipients(session, [resident.person_id]):
            raise MailAddressMissing
        choose_door(session, resident.wallet_id, door=door, now=now)

    parts.database.run(work)


def _answer(item: InboxNotice, speech: Speech) -> NoticeAnswer:
    text = notice_text(item.notice, speech)
    return NoticeAnswer(
        notice_id=item.notice.id,
        kind=item.notice.kind,
        title=text.title,
        body=text.body,
        made_at=item.notice.made_at,
        is_unread=item.is_unread,
        sent_by=item.door,
        draw_path=text.draw_path,
        facts=dict(item.notice.facts),
    )
