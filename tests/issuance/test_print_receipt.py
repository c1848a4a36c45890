"""A receipt of cash has one number; whatever is printed after the first is a copy and says so."""

from datetime import timedelta
from uuid import uuid4

import pytest

from issuance.operations.print_receipt import print_receipt
from issuance.provider_refusals import ReceiptOnlyForCash
from issuance.purchase_model import CounterReceipt, Purchase, PurchaseState
from issuance.refusals import PurchaseUnknown
from tests.issuance.market import HANA, KENJI, PAYING, Market, contents
from tests.issuance.selling import COUNTER, cancel, paid, sold


def printed(market: Market, purchase: Purchase, minutes: int = 0) -> CounterReceipt:
    at = PAYING + timedelta(minutes=minutes)
    return market.staff.run(lambda session: print_receipt(session, purchase.id, clerk_id=KENJI.id, now=at))


def test_a_receipt_says_what_was_paid_where_and_to_whom(market: Market) -> None:
    market.selling([3])
    purchase = sold(market, 0, 3)
    receipt = printed(market, purchase)
    assert receipt == CounterReceipt(
        number=1,
        copy_number=0,
        purchase_id=purchase.id,
        units=3,
        cash_yen=12_000,
        premium_yen=3_000,
        counter=COUNTER,
        clerk_id=HANA.id,
        sold_at=PAYING,
        state=PurchaseState.PAID,
        printed_at=PAYING,
    )
    assert (receipt.issued_yen, receipt.is_copy) == (15_000, False)


def test_a_reprint_is_marked_as_a_copy_and_counted(market: Market) -> None:
    market.selling([2])
    first, second = sold(market, 0, 1, "a"), sold(market, 0, 1, "b")
    receipts = [printed(market, first, minutes) for minutes in range(3)]
    assert [(receipt.number, receipt.copy_number, receipt.is_copy) for receipt in receipts] == [
        (1, 0, False),
        (1, 1, True),
        (1, 2, True),
    ]
    other = printed(market, second)
    assert (other.number > 1, other.is_copy) == (True, False)
    cancel(market, first)
    assert printed(market, first).state is PurchaseState.REFUNDED


def test_only_cash_has_a_receipt_of_the_counter(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    before = contents(market.staff, "issuance.counter_receipts", "issuance.receipt_prints")
    with pytest.raises(ReceiptOnlyForCash):
        printed(market, purchase)
    with pytest.raises(PurchaseUnknown):
        market.staff.run(lambda session: print_receipt(session, uuid4(), clerk_id=KENJI.id, now=PAYING))
    assert contents(market.staff, "issuance.counter_receipts", "issuance.receipt_prints") == before
