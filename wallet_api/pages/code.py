"""The resident's own code for the till: big, renewed as long as it is open, and then what became of it."""

from fastapi import Request
from markupsafe import Markup
from pydantic import AwareDatetime
from starlette.responses import JSONResponse, Response

from kernel.pages import page_router
from ledger.queries import END_OF_TIME
from payments.codes.consumer_code import CODE_LIFETIME_S
from payments.queries import code_used_at, wallet_history
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
    """Show a new code; it takes the place of the one before it."""
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
    """What became of the codes since an instant, for the script of the page; 204 while no shop has used one.

    Where the newest payment is shown (`path`), or when a shop last tried to charge a code in vain (`refused_at`).
    """
    with parts.database.transaction() as session:
        newest = wallet_history(session, resident.wallet_id, before=END_OF_TIME, limit=1)
        used_at = code_used_at(session, resident.wallet_id, issued_since=since)
    if newest and newest[0].kind == "payment" and newest[0].at >= since:
        return JSONResponse({"path": f"/wallet/payments/{newest[0].id}"})
    if used_at is not None:
        return JSONResponse({"refused_at": used_at.isoformat()})
    return Response(status_code=204)
