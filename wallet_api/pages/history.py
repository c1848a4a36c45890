"""What was paid and given back, by month."""

from itertools import groupby

from fastapi import Request
from pydantic import AwareDatetime
from starlette.responses import Response

from kernel.clock import CITY_ZONE
from kernel.pages import page_router
from ledger.queries import END_OF_TIME
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.wallet import history
from wallet_api.schemas import MovementAnswer
from wallet_api.viewer import Resident

router = page_router(PAGES)
MOVEMENTS_PER_PAGE = 30


@router.get("/history")
def show_history(request: Request, resident: Resident, parts: Parts, before: AwareDatetime = END_OF_TIME) -> Response:
    """Movements under their months, newest first, thirty at a time."""
    found = history(resident, parts, before, MOVEMENTS_PER_PAGE).movements
    months = [(name, list(movements)) for name, movements in groupby(found, _month)]
    older = found[-1].at if len(found) == MOVEMENTS_PER_PAGE else None
    return PAGES.page(request, "wallet/history.html", months=months, older=older, is_first=before == END_OF_TIME)


def _month(movement: MovementAnswer) -> str:
    at = movement.at.astimezone(CITY_ZONE)
    return f"{at.year}年{at.month}月"
