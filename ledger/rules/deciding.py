"""Decide one command of any kind against the loaded books."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from kernel.clock import city_date
from ledger.model import (
    LEGAL_MOVES,
    CancelSale,
    CaptureHold,
    Decline,
    ExpireLot,
    GrantPoints,
    Journal,
    LedgerCommand,
    Pay,
    PlaceHold,
    PostMoves,
    RefundPayment,
    ReleaseHold,
    SellVoucher,
    Transfer,
    VoidPayment,
)
from ledger.refusals import MoveNotAllowed, PeriodIsClosed
from ledger.rules.books import Books, Draft
from ledger.rules.expiring import decide_expiry
from ledger.rules.holding import decide_capture, decide_hold, decide_release
from ledger.rules.issuing import decide_cancellation, decide_grant, decide_sale
from ledger.rules.spending import decide_payment, decide_refund, decide_void


def decide(command: LedgerCommand, books: Books, ids: Iterator[UUID]) -> Draft:
    """Decide a command and bring `books` up to date for the next one.

    Refuses what was refused before it came here, then PeriodIsClosed, then what the command's own rule refuses; a refusal leaves `books` as they were.
    """
    if isinstance(command, Decline):
        raise command.refusal
    if books.closed_through is not None:
        event_day = city_date(command.event_at)
        if event_day <= books.closed_through:
            closed_through = books.closed_through.isoformat()
            raise PeriodIsClosed(event_day=event_day.isoformat(), closed_through=closed_through)
    return _RULES[type(command)](command, books, ids)


def decide_moves(command: PostMoves, _books: Books, ids: Iterator[UUID]) -> Draft:
    """Post plain transfers between shared accounts. Refuses: MoveNotAllowed."""
    for move in command.moves:
        if (command.kind, move.debit.kind, move.credit.kind) not in LEGAL_MOVES:
            raise MoveNotAllowed(journal_kind=command.kind, debit_kind=move.debit.kind, credit_kind=move.credit.kind)
    transfers = tuple(
        Transfer(move.debit.id, move.credit.id, move.amount_yen, move.paid_yen, move.reverses_line)
        for move in command.moves
    )
    accounts = [account for move in command.moves for account in (move.debit, move.credit)]
    return Draft([Journal(next(ids), command.kind, command.event_at, transfers, command.corrects_id)], accounts)


_RULES: dict[type, Callable[[Any, Books, Iterator[UUID]], Draft]] = {
    SellVoucher: decide_sale,
    GrantPoints: decide_grant,
    CancelSale: decide_cancellation,
    Pay: decide_payment,
    VoidPayment: decide_void,
    RefundPayment: decide_refund,
    PlaceHold: decide_hold,
    CaptureHold: decide_capture,
    ReleaseHold: decide_release,
    ExpireLot: decide_expiry,
    PostMoves: decide_moves,
}
