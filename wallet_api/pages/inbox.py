"""The inbox: what the city has told the resident, and by which door it should."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Request
from pydantic import AwareDatetime
from starlette.responses import RedirectResponse, Response

from issuance.notices.operations.open_notice import open_notice
from issuance.notices.queries import END_OF_TIME
from kernel.pages import page_router
from wallet_api.notice_wording import notice_text
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.inbox import choose, inbox
from wallet_api.schemas import NoticeDoorBody
from wallet_api.viewer import Resident

router = page_router(PAGES)
NOTICES_PER_PAGE = 30
DOORS = (
    ("inbox", "この受信箱", "ログインしたときに見られます。"),
    ("line", "LINE", "LINEでログインしている人に届きます。届かないときは、この受信箱に入ります。"),
)
"""An address for e-mail is nowhere kept yet, so the page does not offer it."""


@router.get("/inbox")
def show_inbox(request: Request, resident: Resident, parts: Parts, before: AwareDatetime = END_OF_TIME) -> Response:
    """Notices, newest first, thirty at a time; who has not opened one sees a mark."""
    found = inbox(resident, parts, before, NOTICES_PER_PAGE)
    older = found.notices[-1].made_at if len(found.notices) == NOTICES_PER_PAGE else None
    return PAGES.page(
        request,
        "wallet/inbox.html",
        notices=found.notices,
        unread=found.unread,
        door=found.door,
        doors=DOORS,
        older=older,
        is_first=before == END_OF_TIME,
    )


@router.get("/inbox/{notice_id}")
def show_notice(request: Request, notice_id: UUID, resident: Resident, parts: Parts) -> Response:
    """One notice; it counts as read once it was opened. Refuses NoticeUnknown."""
    now = parts.clock.now()
    item = parts.database.run(lambda session: open_notice(session, resident.wallet_id, notice_id, now=now))
    return PAGES.page(request, "wallet/notice.html", notice=item.notice, text=notice_text(item.notice))


@router.post("/inbox/door")
def choose_door_here(resident: Resident, parts: Parts, door: Annotated[Literal["inbox", "line"], Form()]) -> Response:
    """Let what comes from now on go through another door."""
    choose(NoticeDoorBody(door=door), resident, parts)
    return RedirectResponse("/wallet/inbox", 303)
