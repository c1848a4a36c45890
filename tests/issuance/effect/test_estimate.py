"""Additional spending: a case worked out by hand, and what is said beside it."""

import pytest

from issuance.effect.model import Caveat, Interval, IssuedMoney, SurveyMoment, WhyNothing
from issuance.effect.rules.estimate import estimate_effect

AFTER_USE, AT_PURCHASE = SurveyMoment.AFTER_USE, SurveyMoment.AT_PURCHASE
BASE = IssuedMoney(5_000_000, 1_000_000)


def said(voucher_yen: int, anyway: str, added_yen: int | None = None, first: str | None = None) -> dict[str, str | int]:
    answers: dict[str, str | int | None] = {
        "voucher_yen": voucher_yen,
        "bought_anyway": anyway,
        "added_yen": added_yen,
        "first_time": first,
    }
    return {name: value for name, value in answers.items() if value is not None}


GOLDEN = [
    said(5_000, "nothing", 1_000, "yes"),
    said(5_000, "part", 500, "yes"),
    said(5_000, "all", 0, "yes"),
    said(5_000, "part", 2_000, "yes"),
    said(5_000, "nothing", 0, "yes"),
    said(5_000, "all", 1_000, "no"),
    said(5_000, "nothing", 2_000, "no"),
    said(5_000, "part", None, "no"),
    said(5_000, "all", 0, "no"),
    said(5_000, "nothing", 0, "no"),
]
"""Additional: 6000 + 3000 + 0 + 4500 + 5000 + 1000 + 7000 + 2500 + 0 + 5000 = 34,000 yen; vouchers: 50,000 yen."""


def test_the_golden_case_is_68_yen_of_100_and_340_for_100_of_premium() -> None:
    """Deviations from 3,400: squares sum to 6.76+0.16+11.56+1.21+2.56+5.76+12.96+0.81+11.56+2.56 = 55.9 million.

    Their mean square is 55.9/9 = 6.2111 million; with 10 of 100 asked the variance of the mean is 0.9 x 6.2111/10 =
    0.559 million, its root 747.66 yen, 1.96 times that 1,465.4 yen, which is 29.31 % of 5,000 yen.
    """
    found = estimate_effect(GOLDEN, moment=AFTER_USE, asked=100, base=BASE)
    assert found.per_100_yen_of_voucher == Interval(68, 39, 97)
    assert found.per_100_yen_of_premium == Interval(340, 193, 487)
    assert found.in_all_yen == Interval(3_400_000, 1_934_580, 4_865_420)
    assert (found.response_permille, found.if_silent_added_nothing_yen) == (100, 34)
    assert (found.usable, found.answers, found.asked, found.why_nothing) == (10, 10, 100, None)


def test_where_everybody_answered_nothing_is_left_to_chance() -> None:
    found = estimate_effect(GOLDEN, moment=AFTER_USE, asked=10, base=BASE)
    assert found.per_100_yen_of_premium == Interval(340, 340, 340)
    assert (found.response_permille, found.if_silent_added_nothing_yen) == (1_000, 340)


def test_the_city_of_tottori_found_64_yen_of_100() -> None:
    answers = [*[said(10_000, "nothing")] * 64, *[said(10_000, "all")] * 36]
    found = estimate_effect(answers, moment=AFTER_USE, asked=10_000, base=BASE)
    assert found.per_100_yen_of_voucher is not None
    assert found.per_100_yen_of_voucher.point == 64
    assert found.per_100_yen_of_premium is not None
    assert found.per_100_yen_of_premium.point == 320


def test_answers_that_leave_a_needed_part_out_are_counted_and_not_used() -> None:
    halves: list[dict[str, str | int]] = [{"voucher_yen": 5_000}, {"bought_anyway": "all"}, {"comment": "よかった"}]
    found = estimate_effect([*GOLDEN, *halves], moment=AFTER_USE, asked=100, base=BASE)
    assert (found.answers, found.usable) == (13, 10)
    assert found.per_100_yen_of_voucher == Interval(68, 39, 97)


@pytest.mark.parametrize(
    ("answers", "base", "why"),
    [
        ([], BASE, WhyNothing.TOO_FEW_ANSWERS),
        (GOLDEN[:4], BASE, WhyNothing.TOO_FEW_ANSWERS),
        ([said(0, "all", 100)] * 9, BASE, WhyNothing.NO_VOUCHER_YEN),
        (GOLDEN, IssuedMoney(0, 0), WhyNothing.NO_VOUCHER_YEN),
        (GOLDEN, IssuedMoney(1_000, 0), WhyNothing.NO_PREMIUM),
    ],
)
def test_what_cannot_be_said_is_said_to_be_so(
    answers: list[dict[str, str | int]], base: IssuedMoney, why: WhyNothing
) -> None:
    found = estimate_effect(answers, moment=AFTER_USE, asked=0, base=base)
    assert found.why_nothing is why
    assert (found.per_100_yen_of_voucher, found.per_100_yen_of_premium, found.in_all_yen) == (None, None, None)
    assert (found.if_silent_added_nothing_yen, found.response_permille) == (None, None)


def test_a_share_has_wilsons_interval_and_is_not_told_of_few() -> None:
    """Wilson's interval of 5 of 10 is 0.2366 to 0.7634."""
    found = estimate_effect(GOLDEN, moment=AFTER_USE, asked=100, base=BASE)
    assert found.first_time_permille == Interval(500, 237, 763)
    fewer = estimate_effect(GOLDEN[1:], moment=AFTER_USE, asked=100, base=BASE)
    assert fewer.first_time_permille is None


def test_weaknesses_stand_beside_the_figures() -> None:
    always = (Caveat.SAID_NOT_MEASURED, Caveat.WHO_ANSWERS_CHOSE_TO)
    few = estimate_effect(GOLDEN, moment=AT_PURCHASE, asked=100, base=BASE)
    assert few.caveats == (*always, *list(Caveat)[2:])
    many = estimate_effect([GOLDEN[0]] * 40, moment=AFTER_USE, asked=100, base=BASE)
    assert many.caveats == always
