"""A campaign's uptake and its published draws."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from kernel.pages import page_router
from staff_console.desks import commerce
from staff_console.file_answer import file_answer
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import CAMPAIGN_READERS
from staff_console.schemas import UnitsAnswer
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Reader = Annotated[StaffViewer, Depends(requires(*CAMPAIGN_READERS))]
Bar = tuple[str, str, int, float, int]
"""Its mark, its name, the units, how long it is drawn (per cent), and its share of what was offered (per cent)."""


@router.get("/campaigns")
def campaigns(request: Request, viewer: Reader, parts: Parts) -> Response:
    """Every campaign, the newest first."""
    with parts.database.transaction() as session:
        found = commerce.campaigns(session)
    return show(request, viewer, "campaigns.html", campaigns=found)


@router.get("/campaigns/{campaign_id}")
def campaign(request: Request, campaign_id: UUID, viewer: Reader, parts: Parts) -> Response:
    """One campaign: what was offered, asked for, granted and bought, and the files of its draws."""
    with parts.database.transaction() as session:
        found = commerce.campaign_detail(session, campaign_id)
        draws = {round_.round_id: commerce.draw_of(session, round_.round_id) for round_ in found.rounds}
    return show(request, viewer, "campaign.html", campaign=found, bars=bars(found.units), draws=draws)


@router.get("/rounds/{round_id}/draw/{name}")
def draw_file(round_id: UUID, name: str, _viewer: Reader, parts: Parts) -> Response:
    """A published file of a draw."""
    with parts.database.transaction() as session:
        content = commerce.draw_file(session, round_id, name)
    return file_answer(content, name, "application/octet-stream")


def bars(units: UnitsAnswer) -> list[Bar]:
    """The bars of the uptake on one scale, the longest of them full."""
    rows = [
        ("offered", "販売予定", units.offered),
        ("applied", "申込", units.applied),
        ("granted", "当選", units.granted),
        ("bought", "購入", units.bought),
    ]
    longest = max(1, *(count for _, _, count in rows))
    return [
        (mark, label, count, round(100 * count / longest, 1), round(100 * count / max(1, units.offered)))
        for mark, label, count in rows
    ]
