"""Propose the rule sheet of a round."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.rules.sheets import published_rules
from issuance.lottery.rule_sheet import write_rule_sheet
from issuance.model import Clerk
from issuance.model.draws import StepKind
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draw_steps
from kernel.refusals import BooksBroken


def propose_rule_sheet(
    session: Session,
    round_id: UUID,
    *,
    plan: RuleSheetPlan,
    receipt_keys: Mapping[str, bytes],
    campaign_key: bytes | None,
    by: Clerk,
    now: datetime,
) -> str:
    """Write the sheet as its first person and give its SHA-256 (hex); a newer proposal takes its place.

    Holders are recorded by their office, with the commitment to the secret that each keeps. Refuses RoundUnknown, then
    as `published_rules`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    campaign = campaigns.find_campaign(session, round_.campaign_id)
    if campaign is None:
        raise BooksBroken("a round has no campaign")
    rules = published_rules(plan, round_, campaign.terms, receipt_keys=receipt_keys, campaign_key=campaign_key, now=now)
    content = write_rule_sheet(rules)
    digest = sha256(content).hexdigest()
    facts = {"sha256": digest, "content": content.decode()}
    draw_steps.insert_step(session, round_id, StepKind.RULE_SHEET, facts, by=by, now=now)
    return digest
