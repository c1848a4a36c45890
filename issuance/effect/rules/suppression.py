"""Which counts of people are told, so that no group below k can be read or computed.

The table is taken with its totals. Every row of it, the row of totals included, sums to a total, and so does every
column: rows and columns are the points of a graph, counts are its lines, and whoever shifts people along a closed way
of lines changes no sum. A count is protected when people can be shifted into it along a way of untold counts until it
is no longer below k: then the published figures fit a group of k just as well. Ways are chosen by what they cost, as
network methods do (Kelly, Golden and Assad, "Cell suppression: disclosure protection for sensitive tabular data",
Networks 22, 1992).
"""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from issuance.effect.model import PublishedTable

Table = Sequence[Sequence[int]]


class _Place(NamedTuple):
    """A count in the table with totals: the last row and the last column are the totals."""

    row: int
    column: int


_Point = tuple[str, int]


def publish(table: Table, *, group_min: int) -> PublishedTable:
    """Tell of a table of counts what may be told; at least one row and one column, rows of one length.

    The total is told unless it is itself a group below `group_min`; then nothing is, and of nobody at all it is told
    that there is nobody. Nought in a table that is not empty is a group below `group_min` like every other.
    """
    full = _with_totals(table)
    total = full[-1][-1]
    if total == 0:
        return _published(full, set())
    if total < group_min:
        return _published(full, set(_places(full)))
    hidden = _small(full, group_min)
    for small in sorted(hidden, key=lambda place: (full[place.row][place.column], place)):
        way = _cheapest_way(full, small, hidden, group_min)
        if way is None:
            return _published(full, _all_but_what_the_total_tells(full))
        hidden |= way
    return _published(full, hidden)


def _with_totals(table: Table) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _places(full: Table) -> Iterator[_Place]:
    return (_Place(row, column) for row in range(len(full)) for column in range(len(full[0])))


def _grand_total(full: Table) -> _Place:
    return _Place(len(full) - 1, len(full[0]) - 1)


def _small(full: Table, group_min: int) -> set[_Place]:
    return {place for place in _places(full) if full[place.row][place.column] < group_min}


def _all_but_what_the_total_tells(full: Table) -> set[_Place]:
    """Every count but the total, and but what is the total because there is only one row, or one column."""
    last_row, last_column = _grand_total(full)
    told = {_grand_total(full)}
    told |= {_Place(0, last_column)} if last_row == 1 else set()
    told |= {_Place(last_row, 0)} if last_column == 1 else set()
    return set(_places(full)) - told


def _is_margin(full: Table, place: _Place) -> bool:
    """Whether a count is the total of a row or of a column, and not of the whole table."""
    return (place.row == len(full) - 1) != (place.column == len(full[0]) - 1)


def _cheapest_way(full: Table, small: _Place, hidden: set[_Place], group_min: int) -> set[_Place] | None:
    """The way along which a small count grows to `group_min`, that hides the fewest people who are not hidden yet.

    More in a total is less to be made up for in its line, so totals are walked in the other direction.
    """
    missing = group_min - full[small.row][small.column]
    row, column = ("row", small.row), ("column", small.column)
    start, goal = (row, column) if _is_margin(full, small) else (column, row)
    best: dict[_Point, int] = {start: 0}
    came: dict[_Point, tuple[_Point, _Place]] = {}
    waiting: list[tuple[int, _Point]] = [(0, start)]
    while waiting:
        cost, here = heapq.heappop(waiting)
        if here == goal:
            return _walked_back(came, start, goal)
        if cost > best[here]:
            continue
        for there, place in _onward(full, here, small, missing):
            price = cost + (0 if place in hidden else full[place.row][place.column] + 1)
            if price < best.get(there, price + 1):
                best[there], came[there] = price, (here, place)
                heapq.heappush(waiting, (price, there))
    return None


def _onward(full: Table, here: _Point, small: _Place, missing: int) -> Iterator[tuple[_Point, _Place]]:
    """Lines from a point: what is taken from must hold as many people as are shifted."""
    kind, index = here
    for place in _places(full):
        if (place.row if kind == "row" else place.column) != index or place in (small, _grand_total(full)):
            continue
        gives = (kind == "row") == _is_margin(full, place)
        if not gives or full[place.row][place.column] >= missing:
            yield (("column", place.column) if kind == "row" else ("row", place.row)), place


def _walked_back(came: dict[_Point, tuple[_Point, _Place]], start: _Point, goal: _Point) -> set[_Place]:
    way, here = set(), goal
    while here != start:
        here, place = came[here]
        way.add(place)
    return way


def _published(full: Table, hidden: set[_Place]) -> PublishedTable:
    told = [
        tuple(None if _Place(row, column) in hidden else count for column, count in enumerate(counts))
        for row, counts in enumerate(full)
    ]
    return PublishedTable(
        cells=tuple(row[:-1] for row in told[:-1]),
        row_totals=tuple(row[-1] for row in told[:-1]),
        column_totals=told[-1][:-1],
        total=told[-1][-1],
    )
