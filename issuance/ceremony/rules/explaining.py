"""Why an application got what it got."""

from collections.abc import Mapping
from typing import NamedTuple

from issuance.lottery.allocation import rank_order
from issuance.lottery.draw import seed_of
from issuance.lottery.files import (
    APPLICATIONS_FILE,
    RESULTS_FILE,
    WAITLIST_FILE,
    parse_applications,
    parse_results,
    parse_waitlist,
)
from issuance.lottery.manifest import MANIFEST_FILE, parse_manifest


class Place(NamedTuple):
    """Where a row stands in a draw that was made; ranks and positions count from 1."""

    ticket: str
    rank: int
    rows: int
    granted_units: int
    waiting_position: int | None


def place_of(files: Mapping[str, bytes], receipt: str) -> Place | None:
    """Compute the place of a receipt from the published files; None before the draw and for what is not in the list."""
    if MANIFEST_FILE not in files:
        return None
    rows = parse_applications(files[APPLICATIONS_FILE])
    ranking = rank_order(seed_of(parse_manifest(files[MANIFEST_FILE])), rows)
    ranked = next(((rank, row) for rank, row in enumerate(ranking, start=1) if row.receipt == receipt), None)
    if ranked is None:
        return None
    rank, row = ranked
    waiting = enumerate(parse_waitlist(files[WAITLIST_FILE]), start=1)
    position = next((position for position, entry in waiting if entry.receipt == receipt), None)
    return Place(row.ticket.hex(), rank, len(rows), parse_results(files[RESULTS_FILE])[receipt], position)
