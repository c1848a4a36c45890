"""The resident's own code for the till: big, for 60 seconds, and then what became of it."""

from fastapi import Request
from markupsafe import Markup
from pydantic import AwareDatetime
from starlette.responses import JSONResponse, Response

from kernel.pages import page_router
from ledger.queries import END_OF_TIME
from payments.codes.consumer_code import CODE_LIFETIME_S
from payments.queries import wallet_history
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.wallet import show_code, wallet
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/code")
def before_code(request: Request, resident: Resident, parts: Parts) -> Response:
    """Explain what will be shown, with a button; a code is made only when somebody asks for it."""
    return PAGES.page(request, "wallet/before_code.html", usable_yen=wallet(resident, parts).usable_yen)


@router.post("/code")
def new_code(request: Request, resident: Resident, parts: Parts) -> Response:
    """Show a new code; the one before it stops working."""
    shown_at = parts.clock.now()
    code = show_code(resident, parts)
    return PAGES.page(
        request,
        "wallet/code.html",
        picture=Markup(code.svg),  # noqa: S704 - drawn by us, from letters and digits alone
        code=code.code,
        expires_at=code.expires_at,
        lifetime_s=CODE_LIFETIME_S,
        shown_at=shown_at,
    )


@router.get("/code/outcome")
def outcome(resident: Resident, parts: Parts, since: AwareDatetime) -> Response:
    """Where the newest payment since an instant is shown, for the script of the page; 204 while there is none."""
    with parts.database.transaction() as session:
        newest = wallet_history(session, resident.wallet_id, before=END_OF_TIME, limit=1)
    if newest and newest[0].kind == "payment" and newest[0].at >= since:
        return JSONResponse({"path": f"/wallet/payments/{newest[0].id}"})
    return Response(status_code=204)
