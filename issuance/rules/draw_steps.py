"""When a list may be drawn, and by which round of which beacon (`kashiman-lottery-v1`, sections 8 and 10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from issuance.lottery.beacon import NAMED_AHEAD_MIN, QUICKNET, round_appears_at
from issuance.lottery.refusals import (
    BeaconFrozenAlready,
    BeaconNotOnRuleSheet,
    BeaconRoundNotAsAnnounced,
    DisputeWindowOpen,
    DrawTimeTooSoon,
    FallbackTooSoon,
    ObjectionsUnanswered,
    RuleSheetMissing,
)
from issuance.lottery.rule_sheet import PublishedRules
from issuance.model.draws import ListStatus
from issuance.refusals import CampaignNumberOutOfRange
from kernel.clock import city_date, city_time

BEACON_ROUND_MAX = 10_000_000_000
"""Far enough for any beacon, and near enough to be a date."""
FALLBACK_AFTER = timedelta(hours=24)
"""How long the named round must be missing, and how far ahead the fallback is then named."""


class NamedBeacon(NamedTuple):
    """A round of a beacon, and when its value can exist."""

    beacon_id: str
    beacon_round: int
    due_at: datetime


def dispute_ends_at(listed_at: datetime, dispute_days: int) -> datetime:
    """The end of the city day so many days after a list was published; the first instant that is too late."""
    return city_time(city_date(listed_at) + timedelta(days=dispute_days + 1))


def list_disputable_until(status: ListStatus, rules: PublishedRules) -> datetime:
    """When a list can no longer be disputed, as it stands; a corrected list can be disputed anew."""
    listed_at = status.corrected_at or status.closed_at
    ends_at = dispute_ends_at(listed_at, rules.dispute_days)
    if status.settled_at is not None and status.settled_at >= listed_at:
        return min(status.settled_at, ends_at)
    return ends_at


def check_undisputed(status: ListStatus, *, round_slug: str, now: datetime) -> PublishedRules:
    """Give the rules by which a list may be drawn now.

    Refuses, in this order: RuleSheetMissing, DisputeWindowOpen, ObjectionsUnanswered.
    """
    if status.rules is None:
        raise RuleSheetMissing(round_slug=round_slug)
    ends_at = list_disputable_until(status, status.rules)
    if now < ends_at:
        raise DisputeWindowOpen(ends_at=ends_at.isoformat())
    if status.unanswered or status.uncorrected:
        raise ObjectionsUnanswered(unanswered=status.unanswered, uncorrected=status.uncorrected)
    return status.rules


def beacon_named(beacon_id: str, beacon_round: int, draw_at: datetime) -> NamedBeacon:
    """When a round's value exists: a quicknet round tells itself, every other beacon's is at the time of the draw.

    Refuses CampaignNumberOutOfRange for a round that no beacon has.
    """
    if type(beacon_round) is not int or not 1 <= beacon_round <= BEACON_ROUND_MAX:
        raise CampaignNumberOutOfRange(name="beacon_round", given=beacon_round, min=1, max=BEACON_ROUND_MAX)
    due_at = round_appears_at(beacon_round) if beacon_id == QUICKNET else draw_at
    return NamedBeacon(beacon_id, beacon_round, due_at)


def check_naming(
    status: ListStatus, frozen: Sequence[NamedBeacon], named: NamedBeacon, *, round_slug: str, now: datetime
) -> PublishedRules:
    """Decide a round of a beacon; `frozen` are those that were named and confirmed before, the first first.

    Gives the rules of the draw. Refuses, in this order: what `check_undisputed` refuses; then `check_first_naming`,
    or `check_renaming` once a beacon was frozen.
    """
    rules = check_undisputed(status, round_slug=round_slug, now=now)
    if frozen:
        check_renaming(named, rules, frozen[-1], frozen[0], now)
    else:
        check_first_naming(named, rules, status.draw_at or rules.draw_at, now)
    return rules


def named_in(facts: Mapping[str, Any]) -> NamedBeacon:
    """Read a naming from the facts of its step."""
    return NamedBeacon(facts["beacon_id"], facts["beacon_round"], datetime.fromisoformat(facts["due_at"]))


def naming_facts(named: NamedBeacon) -> dict[str, Any]:
    """A naming as the facts of its step."""
    return {**named._asdict(), "due_at": named.due_at.isoformat()}


def check_first_naming(named: NamedBeacon, rules: PublishedRules, announced_at: datetime, now: datetime) -> None:
    """Decide the beacon's round: the announced one while that is an hour ahead, any later one after that.

    Refuses, in this order: BeaconNotOnRuleSheet, DrawTimeTooSoon, BeaconRoundNotAsAnnounced.
    """
    if named.beacon_id != rules.beacon_id:
        raise BeaconNotOnRuleSheet(beacon_id=named.beacon_id)
    earliest_at = now + NAMED_AHEAD_MIN
    if named.due_at < earliest_at:
        raise DrawTimeTooSoon(draw_at=named.due_at.isoformat(), earliest_at=earliest_at.isoformat())
    if announced_at >= earliest_at and named.due_at != announced_at:
        raise BeaconRoundNotAsAnnounced(draw_at=named.due_at.isoformat(), announced_at=announced_at.isoformat())


def check_renaming(
    named: NamedBeacon, rules: PublishedRules, current: NamedBeacon, first: NamedBeacon, now: datetime
) -> None:
    """Decide another beacon after the frozen one: the fallback, or back to the first before the fallback exists.

    So nobody chooses between two values that are known. Refuses, in this order: BeaconNotOnRuleSheet,
    BeaconFrozenAlready; BeaconRoundNotAsAnnounced for going back to another round than the first; FallbackTooSoon
    within a day of the round that is missing, DrawTimeTooSoon for a fallback less than a day ahead or one that exists.
    """
    if not rules.knows(named.beacon_id):
        raise BeaconNotOnRuleSheet(beacon_id=named.beacon_id)
    if named.beacon_id == current.beacon_id:
        raise BeaconFrozenAlready(beacon_id=current.beacon_id, beacon_round=current.beacon_round)
    if named.beacon_id == rules.beacon_id:
        if named != first:
            raise BeaconRoundNotAsAnnounced(draw_at=named.due_at.isoformat(), announced_at=first.due_at.isoformat())
        if now >= current.due_at:
            raise DrawTimeTooSoon(draw_at=current.due_at.isoformat(), earliest_at=now.isoformat())
        return
    fails_at = first.due_at + FALLBACK_AFTER
    if now < fails_at:
        raise FallbackTooSoon(earliest_at=fails_at.isoformat())
    earliest_at = now + FALLBACK_AFTER
    if named.due_at < earliest_at:
        raise DrawTimeTooSoon(draw_at=named.due_at.isoformat(), earliest_at=earliest_at.isoformat())
