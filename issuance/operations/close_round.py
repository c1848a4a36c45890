"""Close a round's list of applications."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.draw import root_of
from issuance.lottery.files import APPLICATIONS_FILE, write_applications
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, parse_rule_sheet
from issuance.model import ClosedRound, Round, RoundState
from issuance.refusals import RoundNeverOpened, RoundStillOpen, RoundUnknown, RoundWithdrawn
from issuance.rules.draw_lists import Standings, compile_list, excluded_receipts
from issuance.store import campaigns, draws


def close_round(
    session: Session,
    round_id: UUID,
    *,
    now: datetime,
    standings: Standings | None = None,
    campaign_key: bytes | None = None,
) -> ClosedRound:
    """Freeze the list: the newest version of each application that counts, published as applications.csv.

    `standings` tell of every applicant whether they may take part (who died, or was no resident on the base date, may
    not), `campaign_key` hides the households that are grouped. Waits for applications under way; asked again, the same
    list comes back. A first-come round is decided then. `now` is the database's time.
    Refuses, in this order: RoundUnknown, RoundWithdrawn, RoundStillOpen before `closes_at`, RoundNeverOpened,
    ApplicantsNotChecked, CampaignKeyDiffers.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    closed_before = draws.find_draw(session, round_id)
    if closed_before is not None:
        return closed_before.closed_round()
    _check_is_over(round_, now)
    sheet = draws.find_file(session, round_id, RULE_SHEET_FILE)
    candidates = draws.list_candidates(session, round_id)
    compiled = compile_list(
        candidates,
        excluded=excluded_receipts(candidates, standings),
        rules=parse_rule_sheet(sheet) if sheet is not None else None,
        campaign_key=campaign_key,
    )
    rows, void = compiled
    closed = ClosedRound(round_id, root_of(rows).hex(), len(rows), len(candidates), compiled.void_by_reason, now)

    draws.insert_draw(session, closed)
    draws.insert_voids(session, round_id, 1, void)
    draws.insert_files(session, round_id, {APPLICATIONS_FILE: write_applications(rows)})
    campaigns.set_round_state(session, round_id, RoundState.CLOSED if round_.has_draw else RoundState.DRAWN)
    return closed


def _check_is_over(round_: Round, now: datetime) -> None:
    closes_at = round_.closes_at.isoformat()
    if round_.state is RoundState.WITHDRAWN:
        raise RoundWithdrawn(round_slug=round_.slug)
    if now < round_.closes_at:
        raise RoundStillOpen(closes_at=closes_at)
    if round_.state is RoundState.ANNOUNCED:
        raise RoundNeverOpened(closes_at=closes_at)
