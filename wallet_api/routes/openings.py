"""An app tells that it showed a round to its resident; the pages note that by themselves."""

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks

from issuance.effect.model import Opening
from kernel.http import refuses
from wallet_api.openings import note_opening
from wallet_api.parts import Parts
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["applications"], responses=refuses(*SIGN_IN_REFUSALS))


@router.post("/rounds/{round_id}/opened", status_code=202)
async def opened(round_id: UUID, resident: Resident, parts: Parts, background: BackgroundTasks) -> None:
    """Note that the resident was shown this round, once for each campaign; it is counted and leads to nothing else."""
    background.add_task(note_opening, parts, Opening(round_id, resident.wallet_id))
