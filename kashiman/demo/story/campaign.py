"""Chapter two: the campaign is planned, approved and opened, and its rounds are announced."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuance.model import CampaignDraft, CampaignState, CampaignTerms, Quota, RoundDraft, RoundRule
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.create_campaign import create_campaign
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_remainder_round import open_remainder_round
from issuance.operations.open_round import open_round
from issuance.queries import units_left_to_sell
from kashiman.demo.calendar import CITY_FOUNDED_ON, OFFER_DAYS, RoundDays
from kashiman.demo.story.drawing import commitments_of, publish_rules
from kashiman.demo.story.world import World
from kernel.clock import city_time

UNITS_PER_THOUSAND_PEOPLE = 1_111
PRICE_YEN, FACE_YEN, SMALL_SHOP_FACE_YEN = 4_000, 5_000, 2_000
UNITS_MAX, UNITS_MAX_PER_PERSON, UNITS_MAX_PER_HOUSEHOLD = 5, 8, 12
"""In a round, and over all rounds: who bought all they could in one may still apply in the last."""
WITHOUT_SMARTPHONE, KEPT_PERCENT = "スマートフォンをお持ちでない方", 3


def plan_campaign(world: World) -> CampaignTerms:
    """Create, approve and open the campaign, by two different people; answer its terms."""
    units_total = max(20, len(world.people) * UNITS_PER_THOUSAND_PEOPLE // 1_000)
    now = world.at(city_time(CITY_FOUNDED_ON, 15))
    terms = CampaignTerms(
        units_total,
        units_total * (FACE_YEN - PRICE_YEN),
        price_yen=PRICE_YEN,
        face_yen=FACE_YEN,
        small_shop_face_yen=SMALL_SHOP_FACE_YEN,
        max_units_per_person=UNITS_MAX_PER_PERSON,
        max_units_per_household=UNITS_MAX_PER_HOUSEHOLD,
        quotas=(Quota(WITHOUT_SMARTPHONE, units_total * KEPT_PERCENT // 100, without_smartphone=True),),
    )
    draft = CampaignDraft("kashiman-2026", "かしまん商品券 令和8年度", terms)

    def plan(session: Session) -> UUID:
        campaign_id = create_campaign(session, draft=draft, by=world.planner, now=now)
        approve_campaign(session, campaign_id, by=world.approver, now=now)
        return campaign_id

    world.campaign_id = world.databases.staff.run(plan)
    move(world, CampaignState.OPEN)
    return terms


def move(world: World, to_state: CampaignState) -> None:
    """Move the campaign on, as the commerce desk."""
    now, by = world.clock.now(), world.planner
    world.databases.staff.run(
        lambda session: move_campaign(session, world.campaign_id, to_state=to_state, by=by, now=now)
    )


def announce(world: World, days: RoundDays, *, units_offered: int, quota: str | None = None) -> None:
    """Announce a round that is drawn, and open it with the rules by which it will be."""
    now = world.at(city_time(days.opens - timedelta(days=5), 10))
    _announce(world, days, _draft(world, days, units_offered=units_offered, quota=quota), open_round, now)


def announce_remainder(
    world: World,
    days: RoundDays,
    *,
    on: date,
    rule: RoundRule = RoundRule.EQUAL_FIRST,
    first_time_only: bool = False,
) -> int:
    """Announce a round of the units that nobody bought and nobody may still buy, if there are any; answer how many."""
    now = world.at(city_time(on, 10))
    with world.databases.staff.transaction() as session:
        left = units_left_to_sell(session, world.campaign_id)
    if left:
        draft = _draft(world, days, units_offered=left, rule=rule, first_time_only=first_time_only)
        _announce(world, days, draft, open_remainder_round, now)
    return left


def _draft(
    world: World,
    days: RoundDays,
    *,
    units_offered: int,
    rule: RoundRule = RoundRule.EQUAL_FIRST,
    quota: str | None = None,
    first_time_only: bool = False,
) -> RoundDraft:
    return RoundDraft(
        slug=f"kashiman-2026-{days.number}",
        units_offered=units_offered,
        max_units=UNITS_MAX,
        opens_at=days.opens_at,
        closes_at=days.closes_at,
        pay_from=days.pay_from_at,
        pay_until=days.pay_until_at,
        first_day=days.first_day,
        last_day=days.last_day,
        rule=rule,
        grace_days=0,
        offer_days=OFFER_DAYS,
        commitments=() if rule is RoundRule.FIRST_COME else commitments_of(world, days),
        quota=quota,
        first_time_only=first_time_only,
    )


def _announce(world: World, days: RoundDays, draft: RoundDraft, operation: Callable[..., UUID], now: datetime) -> None:
    round_id = world.databases.staff.run(
        lambda session: operation(session, campaign_id=world.campaign_id, round=draft, by=world.planner, now=now)
    )
    world.rounds[days] = round_id
    if draft.rule is not RoundRule.FIRST_COME:
        publish_rules(world, days, now)
