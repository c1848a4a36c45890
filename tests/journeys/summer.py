"""The summer's voucher, for every journey: one campaign of one round, planned and drawn by two clerks of the desk."""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder, HolderKind, StaffRole
from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.lottery.hashing import commitment
from issuance.lottery.rule_sheet import Fallback, SecretHolder
from issuance.model import CampaignDraft, CampaignState, CampaignTerms, Clerk, RoundDraft, RoundRule
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.close_round import close_round
from issuance.operations.create_campaign import create_campaign
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.operations.run_draw import run_draw
from kernel.clock import city_time
from tests.issuance.sheets import publish_rule_sheet

PLANNED = city_time(date(2026, 5, 20), 10)
APPLYING = city_time(date(2026, 6, 2), 12)
CLOSED = city_time(date(2026, 6, 11), 10)
NAMED = city_time(date(2026, 6, 13), 10)
DRAWN = city_time(date(2026, 6, 13), 14)
BUYING = city_time(date(2026, 6, 20), 12)
CLOSING = city_time(date(2026, 7, 1), 9)
CUTOFF = "2026-06-30"
SECRET = bytes(range(32))
DICE = b"town-dice:1:361425536142"
CAMPAIGN = CampaignDraft("summer-2026", "かしまん商品券 夏", CampaignTerms(units_total=4, budget_yen=4_000))
ROUND = RoundDraft(
    slug="summer-2026-1",
    units_offered=4,
    max_units=5,
    opens_at=city_time(date(2026, 6, 1)),
    closes_at=city_time(date(2026, 6, 11)),
    pay_from=city_time(date(2026, 6, 15)),
    pay_until=city_time(date(2026, 6, 30)),
    first_day=date(2026, 6, 15),
    last_day=date(2026, 11, 30),
    rule=RoundRule.EQUAL_FIRST,
    commitments=(commitment(SECRET).hex(),),
)
SHEET = RuleSheetPlan(
    draw_at=DRAWN,
    holders=(SecretHolder("監査委員", commitment(SECRET).hex()),),
    fallback=Fallback("numbers4", "numbers4:<回>:<四けたの数字>"),
    dispute_days=1,
    beacon_id="town-dice",
    beacon_how="さいころ",
)


def clerk(known: Clerk) -> Holder:
    return Holder(HolderKind.STAFF, known.id)


def planned(session: Session, clerks: dict[StaffRole, Clerk]) -> tuple[UUID, UUID]:
    """One clerk plans, another approves; the campaign opens with its round."""
    planner, approver = clerks[StaffRole.COMMERCE], clerks[StaffRole.ADMIN]
    campaign_id = create_campaign(session, draft=CAMPAIGN, by=planner, now=PLANNED)
    approve_campaign(session, campaign_id, by=approver, now=PLANNED)
    move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=planner, now=PLANNED)
    round_id = open_round(session, campaign_id=campaign_id, round=ROUND, by=planner, now=PLANNED)
    publish_rule_sheet(session, round_id, SHEET, people=(planner, approver), receipt_keys={}, now=PLANNED)
    return campaign_id, round_id


def drawn(session: Session, campaign_id: UUID, round_id: UUID, clerks: dict[StaffRole, Clerk]) -> None:
    """The list is closed, the beacon named by two people, the dice are thrown, and selling starts."""
    by, second = clerks[StaffRole.COMMERCE], clerks[StaffRole.ADMIN]
    close_round(session, round_id, now=CLOSED)
    name_beacon_round(session, round_id, beacon_id="town-dice", beacon_round=1, by=by, now=NAMED)
    freeze_draw(session, round_id, reveals=[SECRET.hex()], by=second, now=NAMED)
    summary = run_draw(session, round_id, signature_hex=DICE.hex(), now=DRAWN)
    assert (summary.granted_units, summary.waiting_units) == (4, 2)
    for state in (CampaignState.DRAWN, CampaignState.SELLING):
        move_campaign(session, campaign_id, to_state=state, by=by, now=DRAWN)
