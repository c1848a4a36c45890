"""The history checker: what clients were told about their payments, held against what the books say afterwards."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Outcome(StrEnum):
    """What a client knows after an attempt."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Order:
    """A payment that somebody wants to make; no other order of the wallet is for the same amount.

    So a payment in the books tells which order it came from, without a look at how keys are stored.
    """

    key: str
    wallet_id: UUID
    merchant_id: UUID
    amount_yen: int

    @property
    def trace(self) -> tuple[UUID, int]:
        return self.wallet_id, self.amount_yen


@dataclass(frozen=True)
class Attempt:
    """One request: when it left, when its answer came, and what the answer said, word for word."""

    order: Order
    sent_at_s: float
    answered_at_s: float
    outcome: Outcome
    answer: str = ""
    payment_id: UUID | None = None


class Booked(NamedTuple):
    """A payment as the books have it, with the sum of its transfers."""

    payment_id: UUID
    wallet_id: UUID
    merchant_id: UUID
    amount_yen: int
    transferred_yen: int
    sequence: int


@dataclass
class History:
    """Everything that was tried, by any number of clients at once."""

    attempts: list[Attempt] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, attempt: Attempt) -> None:
        with self._changed:
            self.attempts.append(attempt)
            self._changed.notify_all()

    def count(self, outcome: Outcome) -> int:
        return sum(attempt.outcome is outcome for attempt in self.attempts)

    def wait_for(self, outcome: Outcome, count: int, timeout_s: float = 30.0) -> None:
        """Wait until so many attempts had this outcome."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.count(outcome) >= count, timeout_s), f"no {count} {outcome}"

    def unresolved(self) -> list[Order]:
        """Orders of which no client knows what became of them."""
        known = {attempt.order for attempt in self.attempts if attempt.outcome is not Outcome.UNKNOWN}
        return list(dict.fromkeys(attempt.order for attempt in self.attempts if attempt.order not in known))


def contradictions(attempts: Sequence[Attempt], books: Sequence[Booked]) -> list[str]:
    """Say where the books differ from what clients were told; nothing is the answer wanted.

    An acknowledged payment is there exactly once, as it was asked for; a refused one is not; an unknown one is there
    at most once; a key has one answer; nothing else is there; and whatever was acknowledged before another payment of
    the wallet was sent stands before it in the books.
    """
    by_order: defaultdict[Order, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_order[attempt.order].append(attempt)
    by_trace: defaultdict[tuple[UUID, int], list[Booked]] = defaultdict(list)
    for booked in books:
        by_trace[booked.wallet_id, booked.amount_yen].append(booked)
    found = [text for order, tried in by_order.items() for text in _of_order(order, tried, by_trace[order.trace])]
    asked = {order.trace for order in by_order}
    found += [f"nobody asked for {booked}" for trace, some in by_trace.items() if trace not in asked for booked in some]
    found += [f"half a payment: {booked}" for booked in books if booked.transferred_yen != booked.amount_yen]
    return found + _out_of_order(by_order, {booked.payment_id: booked.sequence for booked in books})


def _of_order(order: Order, tried: Sequence[Attempt], booked: Sequence[Booked]) -> list[str]:
    checks: dict[Outcome, Callable[[], Iterable[str]]] = {
        Outcome.ACKNOWLEDGED: lambda: _acknowledged(order, tried, booked),
        Outcome.REFUSED: lambda: [f"{order} was refused and is there"] if booked else [],
        Outcome.UNKNOWN: lambda: [f"{order} is there {len(booked)} times"] if len(booked) > 1 else [],
    }
    outcomes = {attempt.outcome for attempt in tried}
    answers = {attempt.answer for attempt in tried if attempt.outcome is not Outcome.UNKNOWN}
    unstable = [f"{order} was answered in {len(answers)} ways"] if len(answers) > 1 else []
    return unstable + [text for outcome in sorted(outcomes) for text in checks[outcome]()]


def _acknowledged(order: Order, tried: Sequence[Attempt], booked: Sequence[Booked]) -> list[str]:
    if len(booked) != 1:
        return [f"{order} was acknowledged and is there {len(booked)} times"]
    told = {attempt.payment_id for attempt in tried if attempt.outcome is Outcome.ACKNOWLEDGED}
    found = [f"{order} went to another shop"] if booked[0].merchant_id != order.merchant_id else []
    return found + ([f"{order} is there under another id"] if told != {booked[0].payment_id} else [])


def _out_of_order(by_order: Mapping[Order, Sequence[Attempt]], sequences: Mapping[UUID, int]) -> list[str]:
    by_wallet: defaultdict[UUID, list[tuple[float, float, int]]] = defaultdict(list)
    for order, tried in by_order.items():
        told = [attempt for attempt in tried if attempt.payment_id in sequences]
        if told and told[0].payment_id is not None:
            sent_at_s = min(attempt.sent_at_s for attempt in tried)
            answered_at_s = min(attempt.answered_at_s for attempt in told)
            by_wallet[order.wallet_id].append((sent_at_s, answered_at_s, sequences[told[0].payment_id]))
    return [
        f"wallet {wallet_id}: {earlier[2]} was acknowledged before {later[2]} was sent"
        for wallet_id, payments in by_wallet.items()
        for earlier in payments
        for later in payments
        if earlier[1] < later[0] and earlier[2] > later[2]
    ]
