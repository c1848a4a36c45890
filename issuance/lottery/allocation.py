"""Who gets how many units once the rank order is known, and who is next in line.

Both rules give min(budget, demand) units in all, nobody more than asked for, and one more unit of budget
never takes a unit from anyone. The waiting list is the same order continued: handing out its first F units
gives exactly the allocation for a budget that is F larger.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import NamedTuple

from issuance.lottery.hashing import tickets


class AllocationRule(StrEnum):
    """How units are shared when more is asked for than there is."""

    EQUAL_FIRST = "equal_first"
    ALL_OR_NOTHING = "all_or_nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the frozen application list: a receipt number, the units asked for, and its group (the
    receipt if alone).
    """

    receipt: str
    units: int
    group: str


class TicketedRow(NamedTuple):
    """A row with its ticket (32 bytes); sorting such rows gives the rank order."""

    ticket: bytes
    receipt: str
    units: int


class WaitingEntry(NamedTuple):
    """Units that the next unpaid wins go to, in the order of the list."""

    receipt: str
    units: int


class Offers(NamedTuple):
    """What one round of passing unpaid units down the waiting list comes to."""

    offered: list[WaitingEntry]
    waiting: list[WaitingEntry]
    left_units: int


def rank_order(seed_value: bytes, rows: Iterable[Row]) -> list[TicketedRow]:
    """Order the rows by ticket, then receipt, both bytewise; the first has rank 1. The order given does not
    matter.
    """
    by_receipt = sorted(rows, key=attrgetter("receipt"))
    drawn = tickets(seed_value, [row.group for row in by_receipt])
    ticketed = [TicketedRow(drawn[place], row.receipt, row.units) for place, row in enumerate(by_receipt)]
    # Sorting leaves equals in their order, so rows with one ticket stay in the order of their receipts.
    return sorted(ticketed, key=itemgetter(0))


def allocate(rule: AllocationRule, requests_in_rank_order: Sequence[int], budget: int) -> list[int]:
    """Share `budget` units among requests (each ≥ 1) given in rank order; the answer has the same order.

    Everybody gets the full request when the budget suffices, under both rules.
    """
    if sum(requests_in_rank_order) <= budget:
        return list(requests_in_rank_order)
    if rule is AllocationRule.EQUAL_FIRST:
        return _equal_first(requests_in_rank_order, budget)
    return _all_or_nothing(requests_in_rank_order, budget)


def waiting_list(rule: AllocationRule, ranking: Sequence[TicketedRow], granted: Sequence[int]) -> list[WaitingEntry]:
    """List what was not granted, in the order in which it would be handed out; `granted` is in rank order.

    Under equal_first each unit is an entry of its own, and nobody gets one more before everybody at the
    lowest level has been served; under all_or_nothing each row waits with all that it lacks.
    """
    lacking = ((row, got) for row, got in zip(ranking, granted, strict=True) if got < row.units)
    if rule is AllocationRule.ALL_OR_NOTHING:
        return [WaitingEntry(row.receipt, row.units - got) for row, got in lacking]
    by_level: defaultdict[int, list[WaitingEntry]] = defaultdict(list)
    for row, got in lacking:
        one_unit = WaitingEntry(row.receipt, 1)
        for level in range(got, row.units):
            by_level[level].append(one_unit)
    return [entry for level in sorted(by_level) for entry in by_level[level]]


def offer_unpaid_units(waiting: Sequence[WaitingEntry], *, unpaid_units: int, lost: AbstractSet[str]) -> Offers:
    """Pass units that were not paid for down the waiting list, from its first entry that was not offered yet.

    `lost` are the receipts that left a unit unpaid: their entries go. An entry that is served in part keeps
    its place with the rest. Units that nobody waits for are left.
    """
    offered: list[WaitingEntry] = []
    still_waiting: list[WaitingEntry] = []
    left_units = unpaid_units
    for entry in waiting:
        if entry.receipt in lost:
            continue
        served = min(entry.units, left_units)
        left_units -= served
        if served:
            offered.append(WaitingEntry(entry.receipt, served))
        if served < entry.units:
            still_waiting.append(WaitingEntry(entry.receipt, entry.units - served))
    return Offers(offered, still_waiting, left_units)


def _equal_first(requests: Sequence[int], budget: int) -> list[int]:
    level = _level_for_all(requests, budget)
    granted = [min(asked, level) for asked in requests]
    left = budget - sum(granted)
    for rank, asked in enumerate(requests):
        if left and asked > level:
            granted[rank] += 1
            left -= 1
    return granted


def _level_for_all(requests: Sequence[int], budget: int) -> int:
    """Find the largest level at which everybody can be served up to it, given that not everybody can be
    served in full.
    """
    rows_by_request = Counter(requests)
    enough, too_much = 0, max(rows_by_request)
    while too_much - enough > 1:
        middle = (enough + too_much) // 2
        if sum(rows * min(asked, middle) for asked, rows in rows_by_request.items()) <= budget:
            enough = middle
        else:
            too_much = middle
    return enough


def _all_or_nothing(requests: Sequence[int], budget: int) -> list[int]:
    # The first row that does not fit takes what is left, so no later row gets anything: that is the stop.
    granted = []
    left = budget
    for asked in requests:
        granted.append(min(asked, left))
        left -= granted[-1]
    return granted
