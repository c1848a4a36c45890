"""Noting who was shown a round, after the answer has gone out."""

import logging

from issuance.effect.model import Opening
from kernel.refusals import Outage
from wallet_api.parts import WalletParts

logger = logging.getLogger(__name__)


async def note_opening(parts: WalletParts, opening: Opening) -> None:
    """Note it together with all others of the moment; when that cannot be, it is missing in a figure and no more."""
    try:
        await parts.openings.submit(opening)
    except Outage as outage:
        logger.warning("an opening was not noted: %s", outage.code)
