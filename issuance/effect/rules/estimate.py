"""What was spent in addition, estimated from answers.

    additional yen = vouchers used x (1 - share that would have been bought anyway) + yen added because of the voucher
    additional yen per yen of voucher = sum of additional yen / sum of vouchers used

over the answers that say both; an amount that was left out added nothing. The share is 1 for "all", 1/2 for "part" and
0 for "nothing". The interval is the normal one of a ratio of sums with the correction for a finite population (Cochran,
Sampling Techniques, 3rd edition, 1977, chapter 6), for shares that of Wilson (1927). No random numbers are in it:
anybody gets the same figures with a spreadsheet.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from issuance.effect.model import (
    ADDED_YEN,
    ALL,
    BOUGHT_ANYWAY,
    FIRST_TIME,
    GROUP_MIN,
    NOTHING,
    PART,
    VOUCHER_YEN,
    YES,
    Answers,
    Caveat,
    Estimate,
    Interval,
    IssuedMoney,
    SurveyMoment,
    WhyNothing,
)

ADDITIONAL_SHARE: Mapping[str, Fraction] = {ALL: Fraction(0), PART: Fraction(1, 2), NOTHING: Fraction(1)}
Z_95 = 1.96
FEW_ANSWERS_BELOW = 30
LOW_RESPONSE_BELOW_PERMILLE = 200


class _Usable(NamedTuple):
    """One answer that counts: yen of vouchers used, and yen spent in addition."""

    voucher_yen: int
    additional_yen: Fraction


class _Ratio(NamedTuple):
    point: Fraction
    margin: float


def estimate_effect(answers: Sequence[Answers], *, moment: SurveyMoment, asked: int, base: IssuedMoney) -> Estimate:
    """Estimate additional spending of the `asked` people from what some of them answered, or say why that cannot be.

    Nothing in yen is said of fewer than five usable answers, or when no voucher or no premium was used.
    """
    usable = [found for item in answers if (found := _usable(item))]
    why_nothing = _why_nothing(usable, base)
    ratio = None if why_nothing else _ratio(usable, asked)
    response = Fraction(min(len(usable), asked), asked) if asked else None
    per_premium = ratio and _times(ratio, Fraction(100 * base.value_yen, base.premium_yen))
    return Estimate(
        moment=moment,
        asked=asked,
        answers=len(answers),
        usable=len(usable),
        response_permille=None if response is None else _whole(1_000 * response),
        base=base,
        why_nothing=why_nothing,
        per_100_yen_of_voucher=ratio and _times(ratio, Fraction(100)),
        per_100_yen_of_premium=per_premium,
        in_all_yen=ratio and _times(ratio, Fraction(base.value_yen)),
        if_silent_added_nothing_yen=_if_silent_added_nothing(ratio, base, response),
        first_time_permille=_share([item[FIRST_TIME] == YES for item in answers if FIRST_TIME in item]),
        caveats=_caveats(usable, answers, moment, response),
    )


def _usable(said: Answers) -> _Usable | None:
    voucher_yen, anyway = said.get(VOUCHER_YEN), said.get(BOUGHT_ANYWAY)
    if not isinstance(voucher_yen, int) or not isinstance(anyway, str):
        return None
    return _Usable(voucher_yen, voucher_yen * ADDITIONAL_SHARE[anyway] + int(said.get(ADDED_YEN, 0)))


def _why_nothing(usable: Sequence[_Usable], base: IssuedMoney) -> WhyNothing | None:
    if len(usable) < GROUP_MIN:
        return WhyNothing.TOO_FEW_ANSWERS
    if base.value_yen <= 0 or not any(item.voucher_yen for item in usable):
        return WhyNothing.NO_VOUCHER_YEN
    return WhyNothing.NO_PREMIUM if base.premium_yen <= 0 else None


def _ratio(usable: Sequence[_Usable], asked: int) -> _Ratio:
    count, vouchers = len(usable), sum(item.voucher_yen for item in usable)
    point = sum((item.additional_yen for item in usable), Fraction(0)) / vouchers
    squares = sum(((item.additional_yen - point * item.voucher_yen) ** 2 for item in usable), Fraction(0))
    unasked = max(Fraction(0), 1 - Fraction(count, max(asked, count)))
    variance = unasked * squares / (count - 1) / count / Fraction(vouchers, count) ** 2
    return _Ratio(point, Z_95 * math.sqrt(variance))


def _times(ratio: _Ratio, factor: Fraction) -> Interval:
    margin = Fraction(ratio.margin)
    low, high = max(Fraction(0), ratio.point - margin), ratio.point + margin
    return Interval(_whole(ratio.point * factor), _whole(low * factor), _whole(high * factor))


def _if_silent_added_nothing(ratio: _Ratio | None, base: IssuedMoney, response: Fraction | None) -> int | None:
    if ratio is None or response is None:
        return None
    return _whole(ratio.point * Fraction(100 * base.value_yen, base.premium_yen) * response)


def _share(said: Sequence[bool]) -> Interval | None:
    """The share of yes per thousand with Wilson's interval; None when fewer than five say one thing or the other."""
    count, yes = len(said), sum(said)
    if min(yes, count - yes) < GROUP_MIN:
        return None
    share, z_squared = yes / count, Z_95**2
    middle = (share + z_squared / (2 * count)) / (1 + z_squared / count)
    margin = Z_95 * math.sqrt(share * (1 - share) / count + z_squared / (4 * count**2)) / (1 + z_squared / count)
    low, high = max(0.0, middle - margin), min(1.0, middle + margin)
    return Interval(_whole(Fraction(1_000 * yes, count)), _whole(Fraction(1_000 * low)), _whole(Fraction(1_000 * high)))


def _caveats(
    usable: Sequence[_Usable], answers: Sequence[Answers], moment: SurveyMoment, response: Fraction | None
) -> tuple[Caveat, ...]:
    is_low = response is None or 1_000 * response < LOW_RESPONSE_BELOW_PERMILLE
    holds = {
        Caveat.SAID_NOT_MEASURED: True,
        Caveat.WHO_ANSWERS_CHOSE_TO: True,
        Caveat.PART_COUNTS_HALF: any(item.get(BOUGHT_ANYWAY) == PART for item in answers),
        Caveat.FEW_ANSWERS: len(usable) < FEW_ANSWERS_BELOW,
        Caveat.LOW_RESPONSE: is_low,
        Caveat.INTENTION_NOT_DEED: moment is SurveyMoment.AT_PURCHASE,
    }
    return tuple(caveat for caveat in Caveat if holds[caveat])


def _whole(amount: Fraction) -> int:
    """The nearest whole number; a half is rounded up."""
    return math.floor(amount + Fraction(1, 2))
