"""Take payments back: a void on the same day, a refund later."""

from collections.abc import Sequence

from sqlmodel import Session

from kernel.refusals import Refusal
from ledger.model import Decline, Journal, LedgerCommand, Posted, RefundPayment, VoidPayment, command_key
from ledger.operations.post_journals import post_journals
from payments import store
from payments.model import ReversalReceipt, ReversalRequest
from payments.refusals import PaymentNotFound


def reverse_payments(session: Session, requests: Sequence[ReversalRequest]) -> list[ReversalReceipt | Refusal]:
    """Void or refund payments of the asking merchant, each succeeding or refused on its own.

    Refuses PaymentNotFound for a payment of another merchant (its existence is not given away), then what the books
    refuse: PaymentAlreadyReversed and VoidOnlyOnSameDay for a void, RefundExceedsPayment for a refund.
    """
    payments = store.find_payments(session, [request.payment_id for request in requests])
    commands = [_command(request, payments.get(request.payment_id)) for request in requests]
    outcomes = post_journals(session, commands)

    # Nothing below this line may refuse.
    rows = [
        _row(request, outcome.journal)
        for request, outcome in zip(requests, outcomes, strict=True)
        if isinstance(outcome, Posted) and not outcome.is_replay
    ]
    if rows:
        store.insert_reversals(session, rows)
    return [
        outcome if isinstance(outcome, Refusal) else _receipt(request, outcome)
        for request, outcome in zip(requests, outcomes, strict=True)
    ]


def _row(request: ReversalRequest, journal: Journal) -> store.ReversalRow:
    kind = "void" if request.refund_yen is None else "refund"
    return store.ReversalRow(
        journal.id, request.payment_id, kind, journal.amount_yen, journal.event_at, request.asked_by, request.reason
    )


def _receipt(request: ReversalRequest, outcome: Posted) -> ReversalReceipt:
    """The journal tells it all, so that a key asked again, in the same batch or years later, hears the same."""
    journal = outcome.journal
    return ReversalReceipt(
        journal.id, request.payment_id, journal.amount_yen, journal.event_at, is_replay=outcome.is_replay
    )


def _command(request: ReversalRequest, payment: store.PaymentRow | None) -> LedgerCommand:
    what = "void" if request.refund_yen is None else "refund"
    key = command_key(f"merchant:{request.merchant_id}", request.key, what, request.payment_id, request.refund_yen)
    if payment is None or payment.merchant_id != request.merchant_id:
        return Decline(key, request.asked_at, PaymentNotFound(payment_id=str(request.payment_id)))
    if request.refund_yen is None:
        return VoidPayment(key, request.asked_at, payment.id)
    return RefundPayment(key, request.asked_at, payment.id, request.refund_yen)
