"""Note that wallets were shown rounds."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from issuance.effect.model import Opening
from issuance.effect.store import funnel as store
from kernel.clock import city_date


def record_openings(session: Session, openings: Sequence[Opening], *, now: datetime) -> None:
    """Note the day on which each wallet was first shown anything of a campaign, in one statement for all of them.

    Again changes nothing; a round that does not exist is passed over. Refuses nothing.
    """
    store.insert_openings(session, openings, city_date(now))
