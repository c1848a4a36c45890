"""Smoke tests of one real draw (`kashiman-lottery-v1`, section 14): the proof is the recomputation.

Kolmogorov-Smirnov of the tickets against the uniform distribution, and the share of lucky rows by category, where each
category has at least five applicants. Levels are 0.001, divided by the number of tests (Bonferroni).
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from issuance.ceremony.model import CategoryCounts
from issuance.lottery.manifest import Json

APPLICANTS_MIN = 5
ALPHA = 0.001
OTHER = "other"
TICKETS_TESTED_MIN = 8
_STEPS = 10_000


def draw_statistics(campaign: str, tickets: Sequence[bytes], counts: Sequence[CategoryCounts]) -> dict[str, Json]:
    """Test a draw and give the members of statistics.json; p-values are in millionths.

    A row is lucky when it got more than everybody was sure of; rows that asked for no more than that took no part in
    the luck. Categories with fewer than five applicants are one, `other`.
    """
    by_dimension: defaultdict[str, list[CategoryCounts]] = defaultdict(list)
    for item in counts:
        by_dimension[item.dimension].append(item)
    shown = {name: _merged(items) for name, items in sorted(by_dimension.items())}
    tests = {"tickets": _tickets_test(tickets), **{name: _luck_test(items) for name, items in shown.items()}}
    level = ALPHA / max(1, sum(p is not None for p in tests.values()))
    categories: dict[str, Json] = {
        name: [_told_category(item) for item in items if item.applicants >= APPLICANTS_MIN]
        for name, items in shown.items()
    }
    return {
        "campaign": campaign,
        "rows": len(tickets),
        "alpha_millionths": round(ALPHA * 1_000_000),
        "tests": {name: _told(p, level) for name, p in tests.items()},
        "categories": categories,
    }


def _told_category(item: CategoryCounts) -> Json:
    return {name: value for name, value in item._asdict().items() if name != "dimension"}


def _told(p: float | None, level: float) -> Json:
    if p is None:
        return {"p_millionths": None, "is_suspicious": False}
    return {"p_millionths": round(p * 1_000_000), "is_suspicious": p < level}


def _tickets_test(tickets: Sequence[bytes]) -> float | None:
    """Kolmogorov-Smirnov of the first 8 bytes of each ticket, as a part of 2^64."""
    if len(tickets) < TICKETS_TESTED_MIN:
        return None
    points = sorted(int.from_bytes(ticket[:8], "big") / 2**64 for ticket in tickets)
    count = len(points)
    distance = max(max((place + 1) / count - at, at - place / count) for place, at in enumerate(points))
    return kolmogorov_p(distance, count)


def kolmogorov_p(distance: float, count: int) -> float:
    """How likely a distance at least so large is: the limit law with the small-sample correction of Stephens (1970)."""
    root = math.sqrt(count)
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * k * k * scaled * scaled) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))


def _merged(items: Sequence[CategoryCounts]) -> list[CategoryCounts]:
    """The categories by name, where small ones become one, and one that is still small takes the next with it."""
    by_size = sorted(items, key=lambda item: (item.applicants, item.category))
    merged = [item for item in by_size if item.applicants < APPLICANTS_MIN or item.category == OTHER]
    for item in by_size:
        if item not in merged and 0 < sum(other.applicants for other in merged) < APPLICANTS_MIN:
            merged.append(item)
    kept = [item for item in items if item not in merged]
    if merged:
        columns = zip(*(item[2:] for item in merged), strict=True)
        kept.append(CategoryCounts(merged[0].dimension, OTHER, *map(sum, columns)))
    return sorted(kept, key=lambda item: item.category)


def _luck_test(items: Sequence[CategoryCounts]) -> float | None:
    """Chi-square of lucky rows by category, without replacement; None where there is nothing to tell apart."""
    drawn = [item for item in items if item.in_draw]
    total, won = sum(item.in_draw for item in drawn), sum(item.lucky for item in drawn)
    if len(drawn) < 2 or won in (0, total):
        return None
    share = won / total
    squares = ((item.lucky - item.in_draw * share) ** 2 / (item.in_draw * share * (1 - share)) for item in drawn)
    statistic = (total - 1) / total * math.fsum(squares)
    return chi_square_p(statistic, len(drawn) - 1)


def chi_square_p(statistic: float, degrees: int) -> float:
    """How likely a chi-square at least so large is: the regularised upper incomplete gamma function."""
    a, x = degrees / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    return 1 - scale * _lower_series(a, x) if x < a + 1 else scale * _upper_fraction(a, x)


def _lower_series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, _STEPS):
        term *= x / (a + step)
        total += term
        if term < total * 1e-15:
            break
    return total


def _upper_fraction(a: float, x: float) -> float:
    """The continued fraction by Lentz's method."""
    b = x + 1 - a
    c, d = math.inf, 1 / b
    value = d
    for step in range(1, _STEPS):
        factor = -step * (step - a)
        b += 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        change = c * d
        value *= change
        if abs(change - 1) < 1e-15:
            break
    return value
