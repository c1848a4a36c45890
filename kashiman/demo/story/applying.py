"""Chapter two: the campaign is planned, approved and opened; residents apply; the draw is made."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.ceremony.operations.publish_daily_root import publish_daily_root
from issuance.ceremony.operations.publish_statistics import publish_statistics
from issuance.lottery.hashing import commitment
from issuance.lottery.rule_sheet import Fallback, SecretHolder
from issuance.model import (
    ApplicationReceipt,
    ApplicationRequest,
    CampaignDraft,
    CampaignState,
    CampaignTerms,
    Channel,
    ReceiptSigner,
    RoundDraft,
    RoundRule,
)
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.close_round import close_round
from issuance.operations.create_campaign import create_campaign
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.operations.run_draw import run_draw
from issuance.operations.submit_applications import submit_applications
from kashiman.demo.calendar import CITY_FOUNDED_ON, OFFER_DAYS, RoundDays
from kashiman.demo.story.world import Person, World
from kashiman.keys import KEY_ID
from kernel.clock import SetClock, city_time
from kernel.refusals import Refusal

UNITS_PER_THOUSAND_PEOPLE = 1_111
PRICE_YEN, FACE_YEN, UNITS_MAX = 4_000, 5_000, 5
ROUNDS = 3
"""The last one is open during a visit, also to those who bought all they could before."""
UNITS_ASKED = (1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 5, 5)
BEACON = "demo-dice"
SECRET_HOLDERS = ("監査委員", "商工会議所", "市民代表")
ADULT_AGE_YEARS = 18


def plan_campaign(world: World) -> int:
    """Create, approve and open the campaign, by two different people; answer the units it has."""
    units_total = max(20, len(world.people) * UNITS_PER_THOUSAND_PEOPLE // 1_000)
    now = world.at(city_time(CITY_FOUNDED_ON, 15))
    terms = CampaignTerms(units_total, units_total * (FACE_YEN - PRICE_YEN), max_units_per_person=UNITS_MAX * ROUNDS)
    draft = CampaignDraft("kashiman-2026", "かしまん商品券 令和8年度", terms)

    def plan(session: Session) -> UUID:
        campaign_id = create_campaign(session, draft=draft, by=world.planner, now=now)
        approve_campaign(session, campaign_id, by=world.approver, now=now)
        return campaign_id

    world.campaign_id = world.databases.staff.run(plan)
    move(world, CampaignState.OPEN)
    return units_total


def move(world: World, to_state: CampaignState) -> None:
    """Move the campaign on, as the commerce desk."""
    now, by = world.clock.now(), world.planner
    world.databases.staff.run(
        lambda session: move_campaign(session, world.campaign_id, to_state=to_state, by=by, now=now)
    )


def announce(
    world: World,
    days: RoundDays,
    *,
    number: int,
    units_offered: int,
    on: date | None = None,
    rule: RoundRule = RoundRule.EQUAL_FIRST,
) -> UUID:
    """Open a round with the commitments of three secrets that nobody knows yet."""
    now = world.at(city_time(on or days.opens - timedelta(days=5), 10))
    commitments = tuple(commitment(bytes.fromhex(secret)).hex() for secret in _secrets(world, number))
    draft = RoundDraft(
        slug=f"kashiman-2026-{number}",
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
        commitments=commitments,
    )
    round_id = world.databases.staff.run(
        lambda session: open_round(session, campaign_id=world.campaign_id, round=draft, by=world.planner, now=now)
    )
    world.rounds.append(round_id)
    if rule is not RoundRule.FIRST_COME:
        _publish_rules(world, round_id, days, commitments, now)
    return round_id


def _publish_rules(world: World, round_id: UUID, days: RoundDays, commitments: Sequence[str], now: datetime) -> None:
    """Publish the rule sheet, written by one person and confirmed by another."""
    plan = RuleSheetPlan(
        draw_at=days.drawn_at,
        holders=tuple(SecretHolder(*holder) for holder in zip(SECRET_HOLDERS, commitments, strict=True)),
        fallback=Fallback("numbers4", "numbers4:<回>:<四けたの数字>"),
        exclusions=("基準日に市内に住んでいない方", "亡くなった方"),
        beacon_id=BEACON,
        beacon_how="市役所で100回ふったさいころの目。demo-dice:<回>:<目>",
    )
    keys = {KEY_ID: world.keys.receipt_key.public_key().public_bytes_raw()}
    digest = world.databases.staff.run(
        lambda session: propose_rule_sheet(
            session, round_id, plan=plan, receipt_keys=keys, campaign_key=None, by=world.planner, now=now
        )
    )
    world.databases.staff.run(
        lambda session: confirm_rule_sheet(session, round_id, sha256=digest, by=world.approver, now=now)
    )


def apply(world: World, round_id: UUID, days: RoundDays, *, number: int, units_wanted: int) -> dict[str, Person]:
    """Let residents apply until `units_wanted` units are asked for; answer who holds which receipt.

    Some ask twice, which gives the same receipt, and some change their mind before closing.
    """
    chance = world.chance(f"apply/{number}")
    wishes = _wishes(world, chance, units_wanted)
    numbers = world.chance(f"receipts/{number}")
    signer = ReceiptSigner(world.keys.receipt_key, KEY_ID, lambda: _receipt_number(numbers))
    receipts: dict[str, Person] = {}
    window = (days.closes - days.opens).days
    by_day: list[list[tuple[Person, int]]] = [[] for _ in range(window + 1)]
    for person, units in wishes:
        by_day[_day_of(chance, window)].append((person, units))
    with world.bar(f"第{number}回 申込", len(wishes)) as bar:
        for offset, wished in enumerate(by_day):
            now = world.at(city_time(days.opens + timedelta(days=offset), 20))
            requests = [request for wish in wished for request in _requests(world, chance, round_id, *wish)]
            submit = partial(submit_applications, asked=requests, signer=signer, clock=SetClock(now))
            answers = world.databases.apply.run(submit)
            receipts |= _holders(world, requests, answers, {person.person_id: person for person, _ in wished})
            _publish_day(world, round_id, world.at(city_time(days.opens + timedelta(days=offset + 1))))
            bar.step(len(wished))
    return receipts


def draw(world: World, round_id: UUID, days: RoundDays, *, number: int) -> None:
    """Close the list, wait until nobody disputes it, name the beacon and open the secrets, throw the dice, and draw."""
    closed_at, named_at = world.at(days.closes_at + timedelta(hours=1)), days.drawn_at - timedelta(hours=2)
    world.databases.staff.run(lambda session: close_round(session, round_id, now=closed_at))
    _publish_day(world, round_id, closed_at)
    now = world.at(named_at)
    world.databases.staff.run(
        lambda session: name_beacon_round(
            session, round_id, beacon_id=BEACON, beacon_round=number, by=world.planner, now=now
        )
    )
    reveals = _secrets(world, number)
    world.databases.staff.run(
        lambda session: freeze_draw(session, round_id, reveals=reveals, by=world.approver, now=now)
    )
    dice = world.chance(f"dice/{number}")
    throws = "".join(str(1 + int(dice.random() * 6)) for _ in range(100))
    statement = f"{BEACON}:{number}:{throws}".encode()
    with world.bar(f"第{number}回 抽選", 1):
        world.databases.staff.run(
            lambda session: run_draw(session, round_id, signature_hex=statement.hex(), now=world.at(days.drawn_at))
        )
        world.databases.staff.run(lambda session: publish_statistics(session, round_id))


def _publish_day(world: World, round_id: UUID, now: datetime) -> None:
    """Publish how many applications stood at the end of the day before."""
    world.databases.worker.run(lambda session: publish_daily_root(session, round_id, now=now))


def _wishes(world: World, chance: Random, units_wanted: int) -> list[tuple[Person, int]]:
    """Who applies for how many units; the last one asks for what is missing, so that the sum is exact."""
    born_before = CITY_FOUNDED_ON.replace(year=CITY_FOUNDED_ON.year - ADULT_AGE_YEARS)
    adults = [
        person for person, one in zip(world.people, world.city.residents, strict=True) if one.birth_date <= born_before
    ]
    chance.shuffle(adults)
    wishes, missing = [], units_wanted
    for person in adults:
        if missing <= 0:
            break
        units = min(missing, UNITS_ASKED[int(chance.random() * len(UNITS_ASKED))])
        missing -= units
        wishes.append((person, units))
    return wishes


def _day_of(chance: Random, window: int) -> int:
    """More people apply on the first and above all on the last day."""
    roll = chance.random()
    if roll < 0.15:
        return 0
    return window if roll > 0.65 else int(chance.random() * (window + 1))


def _requests(world: World, chance: Random, round_id: UUID, person: Person, units: int) -> list[ApplicationRequest]:
    has_phone = world.city.residents[person.number - 1].has_smartphone
    channel = Channel.WEB if has_phone else Channel.COUNTER
    request = ApplicationRequest(round_id, person.person_id, person.wallet_id, person.household_id, units, channel)
    roll = chance.random()
    if roll < 0.02:
        return [request, request]
    if roll < 0.05:
        first = units % UNITS_MAX + 1
        before = ApplicationRequest(round_id, person.person_id, person.wallet_id, person.household_id, first, channel)
        return [before, request]
    return [request]


def _holders(
    world: World,
    requests: Sequence[ApplicationRequest],
    answers: Sequence[ApplicationReceipt | Refusal],
    people: dict[UUID, Person],
) -> dict[str, Person]:
    holders = {}
    for request, answer in zip(requests, answers, strict=True):
        if isinstance(answer, Refusal):
            world.counts["refused_applications"] += 1
        else:
            holders[answer.receipt.receipt] = people[request.person_id]
    return holders


def _secrets(world: World, number: int) -> tuple[str, ...]:
    chance = world.chance(f"secrets/{number}")
    return tuple(f"{chance.getrandbits(256):064x}" for _ in range(3))


def _receipt_number(chance: Random) -> str:
    """A receipt number of the story: like a real one, but the same again for the same seed."""
    letters = "ABCDEFGHJKMNPQRSTVWXYZ"
    alphabet = "0123456789" + letters
    first = letters[int(chance.random() * len(letters))]
    return first + "".join(alphabet[int(chance.random() * 32)] for _ in range(15))
