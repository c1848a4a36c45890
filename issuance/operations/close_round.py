"""Close a round's list of applications."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.allocation import Row
from issuance.lottery.draw import root_of
from issuance.lottery.files import APPLICATIONS_FILE, write_applications
from issuance.model import ClosedRound, RoundRule, RoundState
from issuance.refusals import RoundStillOpen, RoundUnknown
from issuance.store import applications, campaigns, draws


def close_round(session: Session, round_id: UUID, *, now: datetime) -> ClosedRound:
    """Freeze the list: the newest version of each application not withdrawn, published as applications.csv.

    Waits for applications under way; asked again, the same list comes back. A first-come round is decided then.
    Refuses, in this order: RoundUnknown, RoundStillOpen before `closes_at`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    closed_before = draws.find_draw(session, round_id)
    if closed_before is not None:
        return closed_before.closed_round()
    if now < round_.closes_at:
        raise RoundStillOpen(closes_at=round_.closes_at.isoformat())
    newest = applications.newest_versions(session, round_id)
    rows = [Row(item.receipt, item.units, item.receipt) for item in newest if not item.is_withdrawn]
    void = Counter("withdrawn" for item in newest if item.is_withdrawn)
    closed = ClosedRound(round_id, root_of(rows).hex(), len(rows), len(newest), dict(void), now)

    draws.insert_draw(session, closed)
    draws.insert_files(session, round_id, {APPLICATIONS_FILE: write_applications(rows)})
    is_decided = round_.rule is RoundRule.FIRST_COME
    campaigns.set_round_state(session, round_id, RoundState.DRAWN if is_decided else RoundState.CLOSED)
    return closed
