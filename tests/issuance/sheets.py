"""Rule sheets as two people publish them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.model import Clerk


def publish_rule_sheet(
    session: Session,
    round_id: UUID,
    plan: RuleSheetPlan,
    *,
    people: tuple[Clerk, Clerk],
    receipt_keys: Mapping[str, bytes],
    campaign_key: bytes | None = None,
    now: datetime,
) -> None:
    """The first of them writes it, the second confirms it, and the round is open."""
    by, second = people
    digest = propose_rule_sheet(
        session, round_id, plan=plan, receipt_keys=receipt_keys, campaign_key=campaign_key, by=by, now=now
    )
    confirm_rule_sheet(session, round_id, sha256=digest, by=second, now=now)
