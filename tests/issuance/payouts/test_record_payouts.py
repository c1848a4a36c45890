"""What the provider pays out is booked once and to the yen, or stands as an open case."""

from dataclasses import replace
from itertools import permutations

import pytest

from issuance.operations.receive_webhook import receive_webhook
from issuance.payouts.model import Payout, PayoutOutcome, PayoutReading
from issuance.payouts.queries import all_payouts, open_payouts, payouts_to_read, unmatched_entries
from issuance.payouts.refusals import PayoutNotAddingUp, PayoutNotBookable, PayoutNotThereYet
from issuance.provider_model import PayoutEntry, ProviderEvent
from ledger.model import AccountKind, shared_account
from ledger.queries import account_totals
from tests.issuance.market import PAYING, Market, contents
from tests.issuance.payouts.bank import FEE_YEN, book, charge_entry, clearing, off_by, payout_of
from tests.issuance.selling import audited, cancel, paid

BOOKS = ("ledger.journals", "ledger.transfers", "issuance.payout_entries")
STRIPE_FEE = PayoutEntry("txn_fee", "stripe_fee", 0, 500, None)


def fees(market: Market, *, campaign: bool = True) -> int:
    account = shared_account(
        AccountKind.PROVIDER_FEES, campaign_id=market.campaign_id if campaign else None, reference="stripe"
    )
    return market.worker.run(lambda session: account_totals(session, [account]))[account.id].debit_yen


def test_a_payout_brings_its_money_to_the_bank_and_its_fees_to_their_campaign(market: Market) -> None:
    market.selling([2, 3])
    purchases = [paid(market, 0, 2), paid(market, 1, 3)]
    assert clearing(market).books_yen == 20_000
    (booked,) = book(market, payout_of(*map(charge_entry, purchases)))
    assert isinstance(booked, Payout)
    assert (booked.outcome, booked.amount_yen, booked.entries_yen, booked.fees_yen) == (
        PayoutOutcome.BOOKED,
        20_000 - 5 * FEE_YEN,
        20_000,
        5 * FEE_YEN,
    )
    assert (clearing(market).books_yen, fees(market)) == (0, 5 * FEE_YEN)
    assert audited(market).figures.predicted_bank_yen == booked.amount_yen
    assert market.worker.run(all_payouts) == [booked]
    assert market.worker.run(unmatched_entries) == []


def test_a_payout_is_booked_once_however_often_it_is_read(market: Market) -> None:
    market.selling([1])
    reading = payout_of(charge_entry(paid(market, 0, 1)))
    first = book(market, reading)
    stored = contents(market.staff, *BOOKS, "issuance.provider_payouts")
    assert book(market, reading) == first
    assert book(market, reading, reading) == [*first, *first]
    assert contents(market.staff, *BOOKS, "issuance.provider_payouts") == stored


@pytest.mark.parametrize("yen", [-1, 1])
def test_a_payout_one_yen_off_its_entries_is_not_booked(market: Market, yen: int) -> None:
    market.selling([1])
    right = payout_of(charge_entry(paid(market, 0, 1)))
    before = contents(market.staff, *BOOKS)
    (refused,) = book(market, off_by(right, yen))
    assert refused == PayoutNotAddingUp("po_1", 4_000 - FEE_YEN + yen, 4_000, FEE_YEN)
    assert contents(market.staff, *BOOKS) == before
    (open_case,) = market.worker.run(open_payouts)
    assert (open_case.outcome, open_case.amount_yen) == (PayoutOutcome.NOT_ADDING_UP, 4_000 - FEE_YEN + yen)
    assert market.worker.run(payouts_to_read) == ["po_1"]
    (booked,) = book(market, right)
    assert isinstance(booked, Payout)
    assert (market.worker.run(open_payouts), market.worker.run(payouts_to_read)) == ([], [])
    audited(market)


def test_refunds_and_fees_of_their_own_are_part_of_a_payout(market: Market) -> None:
    market.selling([2])
    kept, given_back = paid(market, 0, 1, "a"), paid(market, 0, 1, "b")
    cancel(market, given_back)
    refund = PayoutEntry("txn_re", "refund", -4_000, 0, given_back.provider_id)
    book(market, payout_of(charge_entry(kept), charge_entry(given_back), refund, STRIPE_FEE))
    assert clearing(market).books_yen == 0
    assert (fees(market), fees(market, campaign=False)) == (2 * FEE_YEN, 500)
    audited(market)


def test_money_that_nobody_knows_is_booked_where_it_is_and_shown(market: Market) -> None:
    market.selling([1])
    foreign = PayoutEntry("txn_x", "charge", 1_000, 36, "pi_of_nobody")
    book(market, payout_of(charge_entry(paid(market, 0, 1)), foreign))
    assert clearing(market).books_yen == -1_000
    (shown,) = market.worker.run(unmatched_entries)
    assert (shown.entry_id, shown.amount_yen, shown.provider_id) == ("txn_x", 1_000, "pi_of_nobody")
    audited(market)


def test_a_payout_that_takes_money_has_no_move_in_the_books(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    refund = PayoutEntry("txn_re", "refund", -4_000, 0, purchase.provider_id)
    before = contents(market.staff, *BOOKS)
    (refused,) = book(market, payout_of(refund))
    assert refused == PayoutNotBookable(payout_id="po_1", amount_yen=-4_000)
    (negative_fee,) = book(market, payout_of(charge_entry(purchase, fee_yen=-10), payout_id="po_2"))
    assert negative_fee == PayoutNotBookable(payout_id="po_2", amount_yen=4_010)
    assert contents(market.staff, *BOOKS) == before
    assert [item.outcome for item in market.worker.run(open_payouts)] == [PayoutOutcome.NOT_BOOKABLE] * 2


@pytest.mark.parametrize("change", [{"status": "in_transit"}, {"status": "pending"}, {"is_reconciled": False}])
def test_what_has_not_arrived_is_read_again_later(market: Market, change: dict[str, object]) -> None:
    market.selling([1])
    reading = payout_of(charge_entry(paid(market, 0, 1)))
    early = replace(reading, payout=replace(reading.payout, **change))  # type: ignore[arg-type]
    event = ProviderEvent("evt_p", "payout.created", None, None, PAYING, "po_1")
    market.apply.run(lambda session: receive_webhook(session, event, b"{}", now=PAYING))
    before = contents(market.staff, *BOOKS, "issuance.provider_payouts")
    (refused,) = book(market, early)
    assert isinstance(refused, PayoutNotThereYet)
    assert contents(market.staff, *BOOKS, "issuance.provider_payouts") == before
    assert market.worker.run(payouts_to_read) == ["po_1"]
    book(market, reading)
    assert market.worker.run(payouts_to_read) == []


def test_a_payout_that_failed_after_it_was_booked_is_an_open_case(market: Market) -> None:
    market.selling([1])
    reading = payout_of(charge_entry(paid(market, 0, 1)))
    (booked,) = book(market, reading)
    assert isinstance(booked, Payout)
    failed = replace(reading, payout=replace(reading.payout, status="failed"))
    for _ in range(2):
        (case,) = book(market, failed)
        assert case == replace(booked, outcome=PayoutOutcome.FAILED)
    assert market.worker.run(open_payouts) == [case]
    audited(market)


def test_payouts_may_come_in_any_order(market: Market) -> None:
    market.selling([1, 1, 1])
    readings = [payout_of(charge_entry(paid(market, number, 1)), payout_id=f"po_{number}") for number in range(3)]
    orders: list[tuple[PayoutReading, ...]] = list(permutations(readings))
    for order in orders:
        book(market, *order)
    assert len(market.worker.run(all_payouts)) == 3
    assert clearing(market).books_yen == 0
    audited(market)
