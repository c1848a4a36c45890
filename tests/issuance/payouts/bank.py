"""What banks and the payment provider do: payers dispute, money is paid out."""

from dataclasses import replace
from datetime import datetime, timedelta

from issuance.payouts.model import ClearingReport, Dispute, Payout, PayoutReading
from issuance.payouts.operations.record_disputes import record_disputes
from issuance.payouts.operations.record_payouts import record_payouts
from issuance.payouts.queries import clearing_report
from issuance.provider_model import DisputeStatus, PayoutEntry, ProviderDispute, ProviderPayout
from issuance.purchase_model import Purchase
from kernel.clock import city_date
from kernel.refusals import Refusal
from tests.issuance.market import PAYING, Market

FEE_YEN = 144
"""3.6 % of 4,000 yen."""


def dispute_of(
    purchase: Purchase, status: DisputeStatus = DisputeStatus.NEEDS_RESPONSE, amount_yen: int | None = None
) -> ProviderDispute:
    return ProviderDispute(
        dispute_id=f"dp_{purchase.id.hex}",
        provider_id=purchase.provider_id or "",
        amount_yen=purchase.amount_yen if amount_yen is None else amount_yen,
        status=status,
        reason="fraudulent",
        evidence_due_at=PAYING + timedelta(days=9),
        opened_at=PAYING,
    )


def follow(market: Market, *disputes: ProviderDispute, now: datetime = PAYING) -> list[Dispute]:
    return market.worker.run(lambda session: record_disputes(session, disputes, read_at=now, now=now))


def charge_entry(purchase: Purchase, fee_yen: int | None = None) -> PayoutEntry:
    fee = FEE_YEN * purchase.units if fee_yen is None else fee_yen
    return PayoutEntry(f"txn_{purchase.id.hex}", "charge", purchase.amount_yen, fee, purchase.provider_id)


def payout_of(*entries: PayoutEntry, payout_id: str = "po_1", status: str = "paid") -> PayoutReading:
    amount_yen = sum(entry.amount_yen - entry.fee_yen for entry in entries)
    payout = ProviderPayout(payout_id, amount_yen, status, city_date(PAYING), is_reconciled=True)
    return PayoutReading(payout, entries)


def off_by(reading: PayoutReading, yen: int) -> PayoutReading:
    return replace(reading, payout=replace(reading.payout, amount_yen=reading.payout.amount_yen + yen))


def book(market: Market, *readings: PayoutReading, now: datetime = PAYING) -> list[Payout | Refusal]:
    return market.worker.run(lambda session: record_payouts(session, readings, read_at=now, now=now))


def clearing(market: Market) -> ClearingReport:
    """What the provider owes, said twice; the two never differ."""
    report = market.worker.run(clearing_report)
    assert report.difference_yen == 0, report
    return report
