"""What the worker does for draws: the published count of each day, and the draw once its beacon exists."""

import logging
from functools import partial
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.gateway import gather_beacon
from issuance.ceremony.model import PublishedDay
from issuance.ceremony.operations.publish_daily_root import publish_daily_root
from issuance.ceremony.operations.publish_statistics import publish_statistics
from issuance.ceremony.queries import rounds_to_draw, rounds_with_days
from issuance.lottery.beacon import QUICKNET
from issuance.model import DrawSummary
from issuance.operations.run_draw import run_draw
from kashiman.assembly import Installation
from kernel.database_clock import ClocksDisagree, database_time
from kernel.refusals import ProviderDown, Refusal

logger = logging.getLogger(__name__)


def publish_days(installation: Installation) -> None:
    """Publish count and root of every day that is over; while the clocks disagree no day ends."""

    def publish(session: Session, round_id: UUID) -> list[PublishedDay]:
        return publish_daily_root(session, round_id, now=database_time(session, installation.clock))

    with installation.worker_database.transaction() as session:
        round_ids = rounds_with_days(session, now=installation.clock.now())
    for round_id in round_ids:
        try:
            installation.worker_database.run(partial(publish, round_id=round_id))
        except ClocksDisagree as refusal:
            logger.error("no day of applications is published: %s", refusal)


def draw_due_rounds(installation: Installation) -> None:
    """Draw frozen rounds with the signature that the relays of drand give; other beacons wait for people to bring them.

    A relay that says something else than the network is named. What cannot be had now is asked for at the next run.
    """
    with installation.worker_database.transaction() as session:
        due = rounds_to_draw(session, now=installation.clock.now())
    for round_id, named in due:
        if named.beacon_id != QUICKNET:
            continue
        try:
            beacon = gather_beacon(installation.settings.drand_relays, named.beacon_round)
            for answer in beacon.answers:
                if answer.outcome == "invalid":
                    logger.error("the relay %s gave a false signature of round %s", answer.relay, named.beacon_round)
            _draw(installation, round_id, beacon.signature_hex)
        except (Refusal, ProviderDown) as failure:
            logger.error("the round %s is not drawn yet: %s", round_id, failure)


def _draw(installation: Installation, round_id: UUID, signature_hex: str) -> DrawSummary:
    def draw(session: Session) -> DrawSummary:
        now = database_time(session, installation.clock)
        summary = run_draw(session, round_id, signature_hex=signature_hex, now=now)
        publish_statistics(session, round_id)
        return summary

    return installation.worker_database.run(draw)
