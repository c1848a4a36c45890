"""Decide one command of any kind against the loaded books."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from kernel.clock import city_date
from kernel.yen import whole_yen
from ledger.model import (
    LEGAL_MOVES,
    PLAIN_KINDS,
    AccountKind,
    CancelSale,
    CaptureHold,
    Decline,
    ExpireLot,
    GrantPoints,
    Journal,
    JournalKind,
    LedgerCommand,
    Move,
    Pay,
    PlaceHold,
    PostMoves,
    RefundPayment,
    ReleaseHold,
    ReverseExpiry,
    SellVoucher,
    Transfer,
    VoidPayment,
)
from ledger.refusals import MoveNotAllowed, PayoutNotInFlight, PeriodIsClosed, TransferAlreadyReturned
from ledger.rules.books import Books, Draft, Line
from ledger.rules.expiring import decide_expiry
from ledger.rules.holding import decide_capture, decide_hold, decide_release
from ledger.rules.issuing import decide_cancellation, decide_grant, decide_sale
from ledger.rules.spending import decide_payment, decide_refund, decide_void
from ledger.rules.undoing_expiry import decide_expiry_reversal


def decide(command: LedgerCommand, books: Books, ids: Iterator[UUID]) -> Draft:
    """Decide a command and bring `books` up to date for the next one.

    Refuses what was refused before it came here, then PeriodIsClosed, then what the command's own rule refuses. A
    refusal leaves `books` as they were.
    """
    if isinstance(command, Decline):
        raise command.refusal
    if books.closed_through is not None:
        event_day = city_date(command.event_at)
        if event_day <= books.closed_through:
            closed_through = books.closed_through.isoformat()
            raise PeriodIsClosed(event_day=event_day.isoformat(), closed_through=closed_through)
    return _RULES[type(command)](command, books, ids)


def decide_moves(command: PostMoves, books: Books, ids: Iterator[UUID]) -> Draft:
    """Post plain transfers between shared accounts.

    Refuses: MoveNotAllowed (also for no moves at all), AmountOutOfRange, TransferAlreadyReturned, PayoutNotInFlight.
    """
    if not command.moves or command.kind not in PLAIN_KINDS:
        raise MoveNotAllowed(journal_kind=command.kind, debit_kind="any", credit_kind="any")
    for move in command.moves:
        if (command.kind, move.debit.kind, move.credit.kind) not in LEGAL_MOVES:
            raise MoveNotAllowed(journal_kind=command.kind, debit_kind=move.debit.kind, credit_kind=move.credit.kind)
        if move.reverses_line is not None and command.kind != JournalKind.PAYOUT_RETURNED:
            raise MoveNotAllowed(journal_kind=command.kind, debit_kind=move.debit.kind, credit_kind="a reversed line")
        whole_yen(move.amount_yen)
        whole_yen(move.paid_yen, min_yen=0, max_yen=move.amount_yen)
    returned = _refuse_returned(command, books) if command.kind == JournalKind.PAYOUT_RETURNED else []
    _refuse_more_than_in_flight(command, books)
    for line in returned:
        line.reversed_yen, line.reversed_paid_yen = line.amount_yen, line.paid_yen
    for move in command.moves:
        if move.debit.kind == AccountKind.PAYOUT_IN_FLIGHT:
            books.in_flight_yen[move.debit.id] -= move.amount_yen
        elif move.credit.kind == AccountKind.PAYOUT_IN_FLIGHT:
            books.in_flight_yen[move.credit.id] = books.in_flight_yen.get(move.credit.id, 0) + move.amount_yen
    transfers = tuple(
        Transfer(move.debit.id, move.credit.id, move.amount_yen, move.paid_yen, move.reverses_line)
        for move in command.moves
    )
    accounts = [account for move in command.moves for account in (move.debit, move.credit)]
    return Draft([Journal(next(ids), command.kind, command.event_at, transfers, command.corrects_id)], accounts)


def _refuse_returned(command: PostMoves, books: Books) -> list[Line]:
    """The lines of the closing that come back. Refuses one that is not part of it, not whole, or named twice."""
    closing = books.originals.get(command.corrects_id) if command.corrects_id else None
    lines = {line.number: line for line in closing.lines} if closing else {}
    returned = []
    for move in command.moves:
        line = lines.pop(move.reverses_line or 0, None)
        if line is None or move != Move(
            move.debit._replace(id=line.credit_account_id),
            move.credit._replace(id=line.debit_account_id),
            line.left_yen,
            line.paid_yen,
            line.number,
        ):
            raise TransferAlreadyReturned(line=move.reverses_line or 0)
        returned.append(line)
    return returned


def _refuse_more_than_in_flight(command: PostMoves, books: Books) -> None:
    asked: Counter[UUID] = Counter()
    for move in command.moves:
        if move.debit.kind == AccountKind.PAYOUT_IN_FLIGHT:
            asked[move.debit.id] += move.amount_yen
    for account_id, asked_yen in asked.items():
        in_flight_yen = books.in_flight_yen.get(account_id, 0)
        if asked_yen > in_flight_yen:
            raise PayoutNotInFlight(asked_yen=asked_yen, in_flight_yen=in_flight_yen)


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
    ReverseExpiry: decide_expiry_reversal,
    PostMoves: decide_moves,
}
