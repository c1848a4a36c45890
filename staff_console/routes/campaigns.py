"""Campaigns in figures, and what was published of their draws."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from issuance.refusals import CampaignUnknown, RoundUnknown
from kernel.http import refuses
from staff_console.desks import commerce
from staff_console.file_answer import file_answer
from staff_console.parts import Parts
from staff_console.refusals import DrawFileUnknown
from staff_console.rights import CAMPAIGN_READERS
from staff_console.schemas import CampaignDetailAnswer, CampaignsAnswer, DrawAnswer
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["campaigns"])

Reader = Annotated[StaffViewer, Depends(requires(*CAMPAIGN_READERS))]


@router.get("/campaigns", responses=refuses(*VIEWER_REFUSALS))
def campaigns(_viewer: Reader, parts: Parts) -> CampaignsAnswer:
    """Every campaign with its units and yen, the newest first."""
    with parts.database.transaction() as session:
        return CampaignsAnswer(campaigns=commerce.campaigns(session))


@router.get("/campaigns/{campaign_id}", responses=refuses(*VIEWER_REFUSALS, CampaignUnknown))
def campaign(campaign_id: UUID, _viewer: Reader, parts: Parts) -> CampaignDetailAnswer:
    """A campaign with its rounds."""
    with parts.database.transaction() as session:
        return commerce.campaign_detail(session, campaign_id)


@router.get("/rounds/{round_id}/draw", responses=refuses(*VIEWER_REFUSALS, RoundUnknown))
def draw(round_id: UUID, _viewer: Reader, parts: Parts) -> DrawAnswer:
    """The published files of a draw with their SHA-256."""
    with parts.database.transaction() as session:
        return commerce.draw_of(session, round_id)


@router.get(
    "/rounds/{round_id}/draw/{name}",
    response_class=Response,
    responses=refuses(*VIEWER_REFUSALS, RoundUnknown, DrawFileUnknown),
)
def draw_file(round_id: UUID, name: str, _viewer: Reader, parts: Parts) -> Response:
    """A published file, byte for byte."""
    with parts.database.transaction() as session:
        content = commerce.draw_file(session, round_id, name)
    return file_answer(content, name, "application/octet-stream")
