"""Chapter two, continued: the rules of a draw are published, its list is closed, and it is drawn."""

from datetime import datetime, timedelta

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.ceremony.operations.publish_daily_root import publish_daily_root
from issuance.ceremony.operations.publish_statistics import publish_statistics
from issuance.lottery.hashing import commitment
from issuance.lottery.rule_sheet import Fallback, SecretHolder
from issuance.operations.close_round import close_round
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.run_draw import run_draw
from kashiman.demo.calendar import RoundDays
from kashiman.demo.story.world import World
from kashiman.keys import KEY_ID

BEACON = "demo-dice"
SECRET_HOLDERS = ("監査委員", "商工会議所", "市民代表")


def commitments_of(world: World, days: RoundDays) -> tuple[str, ...]:
    """The commitments to the three secrets of a round, which nobody knows yet."""
    return tuple(commitment(bytes.fromhex(secret)).hex() for secret in _secrets(world, days))


def publish_rules(world: World, days: RoundDays, now: datetime) -> None:
    """Publish the rule sheet, written by one person and confirmed by another."""
    round_id = world.rounds[days]
    plan = RuleSheetPlan(
        draw_at=days.drawn_at,
        holders=tuple(
            SecretHolder(*holder) for holder in zip(SECRET_HOLDERS, commitments_of(world, days), strict=True)
        ),
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


def publish_day(world: World, days: RoundDays, now: datetime) -> None:
    """Publish how many applications stood at the end of the day before."""
    world.databases.worker.run(lambda session: publish_daily_root(session, world.rounds[days], now=now))


def draw(world: World, days: RoundDays) -> None:
    """Close the list, wait until nobody disputes it, name the beacon and open the secrets, throw the dice, and draw."""
    round_id, number = world.rounds[days], days.number
    closed_at, named_at = world.at(days.closes_at + timedelta(hours=1)), days.drawn_at - timedelta(hours=2)
    world.databases.staff.run(lambda session: close_round(session, round_id, now=closed_at))
    publish_day(world, days, closed_at)
    now = world.at(named_at)
    world.databases.staff.run(
        lambda session: name_beacon_round(
            session, round_id, beacon_id=BEACON, beacon_round=number, by=world.planner, now=now
        )
    )
    reveals = _secrets(world, days)
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


def _secrets(world: World, days: RoundDays) -> tuple[str, ...]:
    chance = world.chance(f"secrets/{days.number}")
    return tuple(f"{chance.getrandbits(256):064x}" for _ in range(3))
