"""The inbox: what the city has told the resident, and by which door it should."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Request
from pydantic import AwareDatetime
from starlette.responses import RedirectResponse, Response

from identity.doors.queries import mail_recipients
from issuance.notices.operations.open_notice import open_notice
from issuance.notices.queries import END_OF_TIME
from kernel.pages import msgid, page_router
from wallet_api.notice_wording import notice_text
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts, WalletParts
from wallet_api.routes.inbox import Spoken, choose, inbox
from wallet_api.schemas import NoticeDoorBody
from wallet_api.viewer import Resident, ResidentPerson

router = page_router(PAGES)
NOTICES_PER_PAGE = 30
DOORS = (
    ("inbox", msgid("さいふの「お知らせ」"), msgid("ログインしたときに見られます。")),
    ("line", "LINE", msgid("LINEでログインしている人に届きます。届かないときは、さいふの「お知らせ」に入ります。")),
)
MAIL = ("email", msgid("メール"), msgid("登録したアドレスに届きます。届かないときは、さいふの「お知らせ」に入ります。"))
"""Offered to whoever proved an address, where the city sends e-mail."""


@router.get("/inbox")
def show_inbox(
    request: Request, resident: ResidentPerson, parts: Parts, speech: Spoken, before: AwareDatetime = END_OF_TIME
) -> Response:
    """Notices, newest first, thirty at a time; who has not opened one sees a mark."""
    found = inbox(resident, parts, speech, before, NOTICES_PER_PAGE)
    with parts.database.transaction() as session:
        has_address = bool(mail_recipients(session, [resident.person_id]))
    older = found.notices[-1].made_at if len(found.notices) == NOTICES_PER_PAGE else None
    return PAGES.page(
        request,
        "wallet/inbox.html",
        notices=found.notices,
        unread=found.unread,
        door=found.door,
        doors=doors_for(parts, has_address=has_address),
        sends_mail=parts.sends_mail,
        has_address=has_address,
        older=older,
        is_first=before == END_OF_TIME,
    )


@router.get("/inbox/{notice_id}")
def show_notice(request: Request, notice_id: UUID, resident: Resident, parts: Parts, speech: Spoken) -> Response:
    """One notice; it counts as read once it was opened. Refuses NoticeUnknown."""
    now = parts.clock.now()
    item = parts.database.run(lambda session: open_notice(session, resident.wallet_id, notice_id, now=now))
    return PAGES.page(request, "wallet/notice.html", notice=item.notice, text=notice_text(item.notice, speech))


@router.post("/inbox/door")
def choose_door_here(
    resident: ResidentPerson, parts: Parts, door: Annotated[Literal["inbox", "line", "email"], Form()]
) -> Response:
    """Let what comes from now on go through another door. Refuses MailDoorClosed, then MailAddressMissing."""
    choose(NoticeDoorBody(door=door), resident, parts)
    return RedirectResponse("/wallet/inbox", 303)


def doors_for(parts: WalletParts, *, has_address: bool) -> tuple[tuple[str, str, str], ...]:
    """The doors that somebody can choose from, as name, words and explanation."""
    return (*DOORS, MAIL) if parts.sends_mail and has_address else DOORS
