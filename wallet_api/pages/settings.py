"""Everything that somebody can set, in one place, and the way to what city hall and others know of them."""

from typing import Annotated, Literal

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.queries import mail_recipients
from issuance.notices.queries import chosen_door
from kernel.pages import Language, msgid, page_router
from kernel.pages.look import TextSize, Theme
from wallet_api.pages.home import BALANCE, HIDDEN, YEAR_S
from wallet_api.pages.inbox import doors_for
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.inbox import choose
from wallet_api.schemas import NoticeDoorBody
from wallet_api.viewer import Resident, ResidentPerson

router = page_router(PAGES)
SETTINGS = "/wallet/settings"
LANGUAGE_WORDS = {
    Language.JA: msgid("日本語"),
    Language.EASY: msgid("やさしい日本語・ふりがなつき"),
    Language.EN: msgid("英語"),
}
SIZE_WORDS = {
    TextSize.NORMAL: msgid("ふつう"),
    TextSize.LARGE: msgid("大きい"),
    TextSize.LARGEST: msgid("とても大きい"),
}
THEME_WORDS = {
    Theme.AUTO: msgid("スマホやパソコンの設定と同じ"),
    Theme.LIGHT: msgid("白い画面"),
    Theme.DARK: msgid("黒い画面"),
}


@router.get("/settings")
def show_settings(request: Request, resident: ResidentPerson, parts: Parts, done: str = "") -> Response:
    """What is chosen now, each with one tap to change it."""
    with parts.database.transaction() as session:
        door = chosen_door(session, resident.wallet_id)
        has_address = bool(mail_recipients(session, [resident.person_id]))
    look = PAGES.look_of(request)
    return PAGES.page(
        request,
        "wallet/settings.html",
        door=door,
        doors=doors_for(parts, has_address=has_address),
        sends_mail=parts.sends_mail,
        has_address=has_address,
        hides_balance=BALANCE.read(request) == HIDDEN,
        language=LANGUAGE_WORDS[look.language],
        text_size=SIZE_WORDS[look.text_size],
        theme=THEME_WORDS[look.theme],
        done=done,
    )


@router.post("/settings/balance")
def choose_balance(request: Request, resident: Resident, shown: Annotated[Literal["yes", "no"], Form()]) -> Response:
    """Show or hide amounts on the first screen of this browser, as the button there does."""
    response = RedirectResponse(f"{SETTINGS}?done=balance#balance", 303)
    if shown == "yes":
        BALANCE.drop(response, request)
    else:
        BALANCE.put(response, request, HIDDEN, YEAR_S)
    return response


@router.post("/settings/door")
def choose_door_here(
    resident: ResidentPerson, parts: Parts, door: Annotated[Literal["inbox", "line", "email"], Form()]
) -> Response:
    """Let what comes from now on go through another door. Refuses MailDoorClosed, then MailAddressMissing."""
    choose(NoticeDoorBody(door=door), resident, parts)
    return RedirectResponse(f"{SETTINGS}?done=door#door-heading", 303)
