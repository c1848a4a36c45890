"""The first screen: the day's figures of every desk that the clerk belongs to."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from kernel.pages import page_router
from staff_console.desks import books, commerce, finance
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import (
    AUDITORS,
    BOOK_READERS,
    CAMPAIGN_READERS,
    COUNTER_CLERKS,
    DELETERS,
    EVERYBODY,
    HELP_DESK,
    PASSKEY_CONFIRMERS,
    ROLL_KEEPERS,
)
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

CAMPAIGNS_SHOWN = 3


@router.get("/")
def home(request: Request, viewer: Annotated[StaffViewer, Depends(requires(*EVERYBODY))], parts: Parts) -> Response:
    """Cards with figures; a desk sees its own."""
    sees_campaigns, sees_books = viewer.may(CAMPAIGN_READERS), viewer.may(BOOK_READERS)
    with parts.database.transaction() as session:
        campaigns = commerce.campaigns(session)[:CAMPAIGNS_SHOWN] if sees_campaigns else []
        closings = finance.closings(session)[:1] if sees_books else []
        balance = books.trial_balance_at(session, None) if sees_books else None
    return show(
        request,
        viewer,
        "home.html",
        now=parts.clock.now(),
        roles=sorted(viewer.roles),
        sees_campaigns=sees_campaigns,
        sells=viewer.may(COUNTER_CLERKS),
        audits=viewer.may(AUDITORS),
        helps=viewer.may(HELP_DESK),
        deletes=viewer.may(DELETERS),
        keeps_roll=viewer.may(ROLL_KEEPERS),
        confirms_passkeys=viewer.may(PASSKEY_CONFIRMERS),
        campaigns=campaigns,
        closings=closings,
        balance=balance,
    )
