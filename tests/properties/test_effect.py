"""No small group can be read or computed from what is published; an estimate moves the way its answers do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.effect.model import (
    ADDED_YEN,
    ALL,
    BOUGHT_ANYWAY,
    NOTHING,
    PART,
    VOUCHER_YEN,
    Answers,
    Interval,
    IssuedMoney,
    PublishedTable,
    SurveyMoment,
    WhyNothing,
)
from issuance.effect.rules.estimate import estimate_effect
from issuance.effect.rules.suppression import publish

K = 5
Table = list[list[int]]
Full = list[list[int | None]]
SIZES = st.tuples(st.integers(1, 5), st.integers(1, 5))
SMALL_SIZES = st.sampled_from([(1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4)])
COUNTS = st.one_of(st.integers(0, 7), st.integers(0, 60))
BASE = IssuedMoney(5_000_000, 1_000_000)


@st.composite
def tables(
    draw: st.DrawFn, sizes: st.SearchStrategy[tuple[int, int]] = SIZES, counts: st.SearchStrategy[int] = COUNTS
) -> Table:
    rows, columns = draw(sizes)
    return draw(st.lists(st.lists(counts, min_size=columns, max_size=columns), min_size=rows, max_size=rows))


def told_with_totals(told: PublishedTable) -> Full:
    rows: Full = [[*cells, total] for cells, total in zip(told.cells, told.row_totals, strict=True)]
    return [*rows, [*told.column_totals, told.total]]


def with_totals(table: Table) -> Table:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


@settings(max_examples=200, deadline=None)
@given(table=tables())
def test_what_is_told_is_true_and_no_group_below_k(table: Table) -> None:
    told = told_with_totals(publish(table, group_min=K))
    true = with_totals(table)
    pairs = [
        (seen, count) for row, counts in zip(told, true, strict=True) for seen, count in zip(row, counts, strict=True)
    ]
    assert all(seen is None or seen == count for seen, count in pairs)
    assert all(seen is None or seen >= K for seen, _ in pairs) or true[-1][-1] == 0


@settings(max_examples=200, deadline=None)
@given(table=tables())
def test_no_suppressed_count_follows_from_the_sums(table: Table) -> None:
    """Solved as a reader would: every row and column with what is told of it is an equation."""
    told = told_with_totals(publish(table, group_min=K))
    unknown = [(row, column) for row, counts in enumerate(told) for column, seen in enumerate(counts) if seen is None]
    assert solved(told, unknown) == []


@settings(max_examples=200, deadline=None)
@given(table=tables())
def test_a_line_with_a_suppressed_count_has_another(table: Table) -> None:
    """Totals count as members of their lines: a single gap would be the difference of the rest."""
    told = told_with_totals(publish(table, group_min=K))
    gaps = [sum(seen is None for seen in line) for line in (*told, *zip(*told, strict=True))]
    assert 1 not in gaps


@settings(max_examples=120, deadline=None)
@given(table=tables(SMALL_SIZES, st.integers(0, 7)))
def test_every_suppressed_count_may_as_well_be_k_or_more(table: Table) -> None:
    """All tables of people that fit what is published are made: in one of them each small group is none."""
    told = publish(table, group_min=K)
    true = with_totals(table)
    if told.total is None or told.total == 0:
        return
    fitting = [with_totals(guess) for guess in guesses(told)]
    assert true in fitting
    for row, counts in enumerate(told_with_totals(told)):
        for column, seen in enumerate(counts):
            if seen is None:
                possible = {guess[row][column] for guess in fitting}
                assert len(possible) > 1
                assert max(possible) >= K


@settings(max_examples=100, deadline=None)
@given(table=tables(counts=st.integers(K, 99)))
def test_nothing_is_suppressed_without_a_small_group(table: Table) -> None:
    assert told_with_totals(publish(table, group_min=K)) == with_totals(table)


def guesses(told: PublishedTable) -> Iterator[Table]:
    """Every table with the published total that agrees with all that is published."""
    assert told.total is not None
    rows, columns = len(told.cells), len(told.cells[0])
    seen = [count for row in told.cells for count in row]
    ranges = [range(told.total + 1) if count is None else range(count, count + 1) for count in seen[:-1]]
    for most in product(*ranges):
        last = told.total - sum(most)
        if last < 0 or seen[-1] not in (None, last):
            continue
        flat = [*most, last]
        guess = [flat[row * columns : (row + 1) * columns] for row in range(rows)]
        if fits(told_with_totals(told), with_totals(guess)):
            yield guess


def fits(told: Full, guess: Table) -> bool:
    return all(
        seen is None or seen == count
        for row, counts in zip(told, guess, strict=True)
        for seen, count in zip(row, counts, strict=True)
    )


def solved(told: Full, unknown: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Unknown counts that the equations determine: Gauss and Jordan, with fractions."""
    last_row, last_column = len(told) - 1, len(told[0]) - 1
    equations = []
    for row in range(last_row + 1):
        equations.append(
            [equation_sign(column, last_column) * (place[0] == row) for place in unknown for column in [place[1]]]
        )
    for column in range(last_column + 1):
        equations.append(
            [equation_sign(row, last_row) * (place[1] == column) for place in unknown for row in [place[0]]]
        )
    reduced = reduce_rows([[Fraction(value) for value in equation] for equation in equations])
    alone = [equation for equation in reduced if sum(value != 0 for value in equation) == 1]
    return [unknown[next(index for index, value in enumerate(equation) if value)] for equation in alone]


def equation_sign(index: int, last: int) -> int:
    return -1 if index == last else 1


def reduce_rows(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    done = 0
    for column in range(len(matrix[0])):
        pivot = next((row for row in range(done, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][column] for value in matrix[done]]
        for row in range(len(matrix)):
            if row != done and matrix[row][column]:
                factor = matrix[row][column]
                matrix[row] = [value - factor * other for value, other in zip(matrix[row], matrix[done], strict=True)]
        done += 1
    return matrix


ANSWERS = st.fixed_dictionaries(
    {
        VOUCHER_YEN: st.integers(0, 50_000),
        BOUGHT_ANYWAY: st.sampled_from([ALL, PART, NOTHING]),
        ADDED_YEN: st.integers(0, 50_000),
    }
)
SAID = st.lists(ANSWERS, min_size=5, max_size=40).filter(lambda said: any(item[VOUCHER_YEN] for item in said))


def point(answers: Sequence[Answers], asked: int = 1_000) -> Interval:
    found = estimate_effect(answers, moment=SurveyMoment.AFTER_USE, asked=asked, base=BASE)
    assert found.per_100_yen_of_premium is not None
    return found.per_100_yen_of_premium


@settings(max_examples=150, deadline=None)
@given(said=SAID, which=st.integers(0, 39), more_yen=st.integers(1, 100_000))
def test_more_yen_added_never_lowers_the_estimate(said: list[dict[str, int]], which: int, more_yen: int) -> None:
    raised = [dict(item) for item in said]
    raised[which % len(said)][ADDED_YEN] += more_yen
    assert point(raised).point >= point(said).point


@settings(max_examples=150, deadline=None)
@given(said=SAID, which=st.integers(0, 39))
def test_what_would_have_been_bought_anyway_never_raises_the_estimate(said: list[Answers], which: int) -> None:
    points = []
    for anyway in (NOTHING, PART, ALL):
        changed = [dict(item) for item in said]
        changed[which % len(said)][BOUGHT_ANYWAY] = anyway
        points.append(point(changed).point)
    assert points == sorted(points, reverse=True)


@settings(max_examples=150, deadline=None)
@given(said=SAID, asked=st.integers(40, 5_000))
def test_an_interval_holds_its_point_and_is_the_same_whoever_computes_it(said: list[Answers], asked: int) -> None:
    low_to_high = point(said, asked)
    assert 0 <= low_to_high.low <= low_to_high.point <= low_to_high.high
    assert point(list(reversed(said)), asked) == low_to_high
    if asked > len(said):
        narrower = point(said, len(said))
        assert (narrower.low, narrower.high) == (low_to_high.point, low_to_high.point)


@settings(max_examples=60, deadline=None)
@given(said=st.lists(ANSWERS, max_size=4), asked=st.integers(0, 50))
def test_of_fewer_than_five_answers_nothing_is_said(said: list[Answers], asked: int) -> None:
    found = estimate_effect(said, moment=SurveyMoment.AFTER_USE, asked=asked, base=BASE)
    assert found.why_nothing is WhyNothing.TOO_FEW_ANSWERS
    empty = replace(found, why_nothing=None)
    assert (empty.per_100_yen_of_voucher, empty.per_100_yen_of_premium, empty.in_all_yen) == (None, None, None)
    assert (found.if_silent_added_nothing_yen, found.first_time_permille) == (None, None)
