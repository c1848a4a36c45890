"""Whether what followed from a draw agrees with it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from issuance.ceremony.model import Reconciliation
from issuance.lottery.files import RESULTS_FILE, parse_results


def reconcile(
    round_id: UUID,
    files: Mapping[str, bytes],
    granted: Mapping[str, int],
    noticed: Sequence[tuple[str, int]],
    paid: Sequence[tuple[str, str, int, int, int]],
) -> Reconciliation:
    """Compare winners (receipt → units of results.csv) with grants, notices of results, paid purchases and lots.

    `paid` are purchase id, receipt, units, and the yen that should have been and were issued. Everything that differs
    is named.
    """
    winners = {receipt: units for receipt, units in parse_results(files[RESULTS_FILE]).items() if units}
    told = Counter(receipt for receipt, _ in noticed)
    won = {receipt: units for receipt, units in noticed if units}
    bought: Counter[str] = Counter()
    for _, receipt, units, _, _ in paid:
        bought[receipt] += units
    found = {
        "winner_without_grant": winners.keys() - granted.keys(),
        "grant_without_win": granted.keys() - winners.keys(),
        "grant_of_other_units": _unequal(winners, granted),
        "winner_without_notice": winners.keys() - told.keys(),
        "notice_without_win": won.keys() - winners.keys(),
        "notice_of_other_units": _unequal(winners, {**dict(noticed)}),
        "told_twice": {receipt for receipt, times in told.items() if times > 1},
        "paid_beyond_win": {receipt for receipt, units in bought.items() if units > winners.get(receipt, 0)},
        "paid_and_not_issued": {purchase for purchase, _, _, due_yen, issued_yen in paid if issued_yen < due_yen},
        "issued_beyond_payment": {purchase for purchase, _, _, due_yen, issued_yen in paid if issued_yen > due_yen},
    }
    return Reconciliation(
        round_id=round_id,
        winners=len(winners),
        grants=len(granted),
        notices=len(won),
        paid_purchases=len(paid),
        issued_purchases=sum(issued_yen > 0 for *_, issued_yen in paid),
        differences={name: tuple(sorted(names)) for name, names in found.items() if names},
    )


def _unequal(one: Mapping[str, int], other: Mapping[str, int]) -> set[str]:
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}
