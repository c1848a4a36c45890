"""Publish the statistics of a draw."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.refusals import DrawNotMade
from issuance.ceremony.rules.statistics import draw_statistics
from issuance.ceremony.store import outcomes
from issuance.lottery.draw import seed_of
from issuance.lottery.files import APPLICATIONS_FILE, parse_applications
from issuance.lottery.hashing import tickets
from issuance.lottery.manifest import MANIFEST_FILE, canonical_json, parse_manifest
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draws

STATISTICS_FILE = "statistics.json"


def publish_statistics(session: Session, round_id: UUID) -> bytes:
    """Publish statistics.json of a draw and give it; asked again, the same file comes back.

    The database tells counts by district, age band and hour of application, and never whose they are. Refuses, in
    this order: RoundUnknown, DrawNotMade.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    files = draws.find_files(session, round_id)
    if MANIFEST_FILE not in files:
        raise DrawNotMade(state=round_.state)
    if STATISTICS_FILE in files:
        return files[STATISTICS_FILE]
    counts = outcomes.category_counts(session, round_id)
    content = canonical_json(draw_statistics(round_.slug, _tickets(files), counts))
    draws.insert_files(session, round_id, {STATISTICS_FILE: content})
    return content


def _tickets(files: Mapping[str, bytes]) -> list[bytes]:
    groups = [row.group for row in parse_applications(files[APPLICATIONS_FILE])]
    return tickets(seed_of(parse_manifest(files[MANIFEST_FILE])), groups)
