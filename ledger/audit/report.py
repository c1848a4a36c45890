"""What an audit answers."""

from collections import Counter
from dataclasses import dataclass

SHOWN_PER_CHECK_MAX = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement: which check, about what, what the journals say and what was found instead."""

    check: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """The figures that follow from the journals, in yen; `payments`, `journals` and `transfers` are counts.

    Always: issued = spent + held + expired + remaining, each the sum of its paid and premium part. `spent_yen` is what
    was paid or captured out of lots less what was given back to them; coupons, which no lot pays, stand apart in
    `coupons_yen`. `refunded_yen` is all that was given back, as voids and as later refunds, coupons included.
    """

    issued_yen: int
    issued_paid_yen: int
    issued_premium_yen: int
    spent_yen: int
    coupons_yen: int
    payments: int
    refunded_yen: int
    payments_voided_yen: int
    payments_refunded_yen: int
    held_yen: int
    expired_yen: int
    remaining_yen: int
    payable_yen: int
    in_flight_yen: int
    settled_yen: int
    predicted_bank_yen: int
    journals: int
    transfers: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of an audit: the books agree when there is no finding."""

    agrees: bool
    findings: tuple[Finding, ...]
    figures: AuditFigures


class Findings:
    """Collects findings; of each check it keeps the first SHOWN_PER_CHECK_MAX and the number of the rest."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, check: str, subject: object, expected: object, found: object) -> None:
        self._counts[check] += 1
        if self._counts[check] <= SHOWN_PER_CHECK_MAX:
            self._kept.append(Finding(check, str(subject), str(expected), str(found)))

    def compare(self, check: str, subject: object, expected: object, found: object) -> None:
        """Add a finding when the two differ."""
        if expected != found:
            self.add(check, subject, expected, found)

    def all(self) -> tuple[Finding, ...]:
        more = [
            Finding(check, "further findings", "0", str(count - SHOWN_PER_CHECK_MAX))
            for check, count in self._counts.items()
            if count > SHOWN_PER_CHECK_MAX
        ]
        return (*self._kept, *more)
