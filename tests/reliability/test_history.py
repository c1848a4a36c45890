from dataclasses import replace
from uuid import UUID

import pytest

from tests.reliability.history import Attempt, Booked, History, Order, Outcome, contradictions

WALLET, OTHER_WALLET, SHOP, OTHER_SHOP = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
PAYMENT, LATER_PAYMENT = UUID(int=11), UUID(int=12)
ORDER = Order("k-1", WALLET, SHOP, 120)
LATER_ORDER = Order("k-2", WALLET, SHOP, 130)
ACKNOWLEDGED = Attempt(ORDER, 1.0, 2.0, Outcome.ACKNOWLEDGED, "paid", PAYMENT)
LATER = Attempt(LATER_ORDER, 3.0, 4.0, Outcome.ACKNOWLEDGED, "paid later", LATER_PAYMENT)
REFUSED = Attempt(ORDER, 1.0, 2.0, Outcome.REFUSED, "value_not_enough")
UNKNOWN = Attempt(ORDER, 1.0, 2.0, Outcome.UNKNOWN)
BOOKED = Booked(PAYMENT, WALLET, SHOP, 120, 120, 7)
LATER_BOOKED = Booked(LATER_PAYMENT, WALLET, SHOP, 130, 130, 8)


@pytest.mark.parametrize(
    ("attempts", "books"),
    [
        ([ACKNOWLEDGED], [BOOKED]),
        ([REFUSED], []),
        ([UNKNOWN], []),
        ([UNKNOWN], [BOOKED]),
        ([UNKNOWN, ACKNOWLEDGED, ACKNOWLEDGED], [BOOKED]),
        ([UNKNOWN, REFUSED], []),
        ([ACKNOWLEDGED, LATER], [LATER_BOOKED, BOOKED]),
    ],
)
def test_books_that_hold_what_clients_were_told_contradict_nobody(attempts: list[Attempt], books: list[Booked]) -> None:
    assert contradictions(attempts, books) == []


@pytest.mark.parametrize(
    ("attempts", "books", "complaint"),
    [
        ([ACKNOWLEDGED], [], "acknowledged and is there 0 times"),
        ([ACKNOWLEDGED], [BOOKED, BOOKED._replace(payment_id=LATER_PAYMENT)], "acknowledged and is there 2 times"),
        ([ACKNOWLEDGED], [BOOKED._replace(merchant_id=OTHER_SHOP)], "went to another shop"),
        ([ACKNOWLEDGED], [BOOKED._replace(payment_id=LATER_PAYMENT)], "is there under another id"),
        ([REFUSED], [BOOKED], "was refused and is there"),
        ([UNKNOWN], [BOOKED, BOOKED], "is there 2 times"),
        ([UNKNOWN, REFUSED], [BOOKED], "was refused and is there"),
        ([ACKNOWLEDGED, replace(ACKNOWLEDGED, answer="paid?")], [BOOKED], "answered in 2 ways"),
        ([], [BOOKED], "nobody asked for"),
        ([ACKNOWLEDGED], [BOOKED, BOOKED._replace(wallet_id=OTHER_WALLET)], "nobody asked for"),
        ([ACKNOWLEDGED], [BOOKED._replace(transferred_yen=119)], "half a payment"),
        ([ACKNOWLEDGED, LATER], [BOOKED._replace(sequence=9), LATER_BOOKED], "acknowledged before 8 was sent"),
    ],
)
def test_every_contradiction_is_found(attempts: list[Attempt], books: list[Booked], complaint: str) -> None:
    found = contradictions(attempts, books)
    assert len(found) == 1, found
    assert complaint in found[0]


def test_an_order_is_unresolved_until_some_attempt_was_answered() -> None:
    history = History([UNKNOWN, UNKNOWN, LATER])
    assert history.unresolved() == [ORDER]
    history.add(REFUSED)
    assert history.unresolved() == []
    assert [history.count(outcome) for outcome in Outcome] == [1, 1, 2]
