"""Take payments back: a void on the same day, a refund later."""

from collections.abc import Sequence

from sqlmodel import Session

from kernel.refusals import Refusal
from ledger.model import Decline, LedgerCommand, Posted, RefundPayment, VoidPayment, command_key
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
    replayed = [outcome.journal.id for outcome in outcomes if isinstance(outcome, Posted) and outcome.is_replay]
    known = store.find_reversals(session, replayed) if replayed else {}

    # Nothing below this line may refuse.
    receipts: list[ReversalReceipt | Refusal] = []
    rows = []
    for request, outcome in zip(requests, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            receipts.append(outcome)
            continue
        reversal_id = outcome.journal.id
        facts = known.get(reversal_id, (request.payment_id, outcome.journal.amount_yen, request.asked_at))
        receipts.append(ReversalReceipt(reversal_id, *facts, is_replay=outcome.is_replay))
        if not outcome.is_replay:
            kind = "void" if request.refund_yen is None else "refund"
            rows.append(store.ReversalRow(reversal_id, facts[0], kind, facts[1], facts[2], request.asked_by))
    if rows:
        store.insert_reversals(session, rows)
    return receipts


def _command(request: ReversalRequest, payment: store.PaymentRow | None) -> LedgerCommand:
    what = "void" if request.refund_yen is None else "refund"
    key = command_key(f"merchant:{request.merchant_id}", request.key, what, request.payment_id, request.refund_yen)
    if payment is None or payment.merchant_id != request.merchant_id:
        return Decline(key, request.asked_at, PaymentNotFound(payment_id=str(request.payment_id)))
    if request.refund_yen is None:
        return VoidPayment(key, request.asked_at, payment.id)
    return RefundPayment(key, request.asked_at, payment.id, request.refund_yen)
