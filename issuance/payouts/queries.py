"""Questions about payouts and disputes; frozen views come back."""

from sqlmodel import Session

from issuance.payouts import store
from issuance.payouts.model import ClearingReport, Dispute, DisputeOutcome, OpenEntry, Payout, PayoutOutcome
from issuance.payouts.rules import DISPUTE_NOTICES, PAYOUT_NOTICES
from issuance.purchase_model import PROVIDER
from issuance.store import notices
from ledger.model import AccountKind, shared_account
from ledger.queries import account_totals


def disputes_to_read(session: Session, *, limit: int = 1_000) -> list[str]:
    """Disputes with notices that wait, then those that may still be decided: read them, then `record_disputes`."""
    waiting = notices.waiting_subjects(session, DISPUTE_NOTICES, limit)
    return list(dict.fromkeys(waiting + store.disputes_running(session, limit)))


def payouts_to_read(session: Session, *, limit: int = 1_000) -> list[str]:
    """Payouts with notices that wait, then those that did not add up: read them, then `record_payouts`."""
    waiting = notices.waiting_subjects(session, PAYOUT_NOTICES, limit)
    open_ones = store.find_payouts(session, "outcome = 'not_adding_up' ORDER BY recorded_at LIMIT %s", [limit])
    return list(dict.fromkeys(waiting + [payout.payout_id for payout in open_ones]))


def open_disputes(session: Session) -> list[Dispute]:
    """Disputes that somebody must look at: evidence is due, value was lost, or nobody knows what it is about."""
    kept = [outcome.value for outcome in DisputeOutcome if outcome not in _DISPUTES_AT_REST]
    return store.find_disputes(session, "outcome = ANY (%s::text[]) ORDER BY opened_at, dispute_id", [kept])


def all_payouts(session: Session) -> list[Payout]:
    """Every payout, the newest first."""
    return store.find_payouts(session, "true ORDER BY arrived_on DESC, payout_id", [])


def open_payouts(session: Session) -> list[Payout]:
    """Payouts that are not in the books as they are at the bank: somebody must look at them."""
    return store.find_payouts(session, "outcome <> %s ORDER BY arrived_on, payout_id", [PayoutOutcome.BOOKED])


def unmatched_entries(session: Session) -> list[OpenEntry]:
    """Money of payouts that belongs to no purchase, the newest payout first."""
    return store.unmatched_entries(session)


def clearing_report(session: Session) -> ClearingReport:
    """What the provider owes the city by the books, beside what purchases and payouts say; they must not differ."""
    clearing = shared_account(AccountKind.PROVIDER_CLEARING, reference=PROVIDER)
    totals = account_totals(session, [clearing])[clearing.id]
    return ClearingReport(totals.debit_yen - totals.credit_yen, *store.sold_and_paid_out(session))


_DISPUTES_AT_REST = frozenset({DisputeOutcome.RESTORED, DisputeOutcome.LOST, DisputeOutcome.CLOSED})
