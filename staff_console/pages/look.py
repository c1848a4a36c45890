"""What all pages of the console share: the look, the cookie, and the menu of what a clerk may see."""

from typing import Annotated, Any

from fastapi import Depends, Form, Request
from starlette.responses import HTMLResponse

from identity.model import StaffRole
from kernel.http import idempotency_key
from kernel.pages import Pages
from staff_console.pages.advice import ADVICE, HOME, SIGN_IN
from staff_console.rights import (
    AUDITORS,
    BOOK_READERS,
    CAMPAIGN_READERS,
    COUNTER_CLERKS,
    DELETERS,
    HELP_DESK,
    PASSKEY_CONFIRMERS,
    ROLL_KEEPERS,
    SHOP_DESKS,
)
from staff_console.viewer import StaffViewer
from staff_console.wording import thousands, word

MENU: tuple[tuple[str, str, tuple[StaffRole, ...]], ...] = (
    ("事業", "/staff/campaigns", CAMPAIGN_READERS),
    ("申し込みの入力", "/staff/entries", COUNTER_CLERKS),
    ("窓口販売", "/staff/counter", COUNTER_CLERKS),
    ("加盟店", "/staff/shops", SHOP_DESKS),
    ("締めと振込", "/staff/closings", BOOK_READERS),
    ("試算表", "/staff/trial-balance", BOOK_READERS),
    ("監査", "/staff/audit", AUDITORS),
    ("住民をさがす", "/staff/people", HELP_DESK),
    ("削除の確認", "/staff/deletions", DELETERS),
    ("住民名簿", "/staff/roll", ROLL_KEEPERS),
    ("職員のパスキー", "/staff/staff-passkeys", PASSKEY_CONFIRMERS),
)


console = Pages("staff_console", brand="かしまんPAY 市役所", home=HOME, sign_in=SIGN_IN, advice=ADVICE)
console.environment.filters |= {"word": word, "thousands": thousands}


def show(request: Request, viewer: StaffViewer, template: str, **facts: Any) -> HTMLResponse:
    """Write a page for a clerk, with the menu of what their roles may see."""
    menu = [(label, path) for label, path, roles in MENU if viewer.may(roles)]
    return console.page(request, template, viewer=viewer, menu=menu, **facts)


async def _form_key(form_key: Annotated[str, Form()]) -> str:
    """The key that was made when the form was written. Refuses: IdempotencyKeyMalformed."""
    return await idempotency_key(form_key)


FormKey = Annotated[str, Depends(_form_key)]
