"""Giving value back: to the lots it came from, with the parts that were stored when it was taken."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from kernel.clock import city_date
from ledger.model import Journal, JournalKind, Terms, Transfer
from ledger.rules.books import Books, Draft, Line, Lot, NewLot, Original
from ledger.rules.expiring import expiry_journal
from ledger.rules.parts import paid_part


def give_back(
    books: Books, original: Original, amount_yen: int, kind: JournalKind, event_at: datetime, ids: Iterator[UUID]
) -> Draft:
    """Unwind a stored allocation from its last line until `amount_yen` are given back.

    What belongs to a lot whose last day has ended goes to a new lot with the same parts for the campaign's grace days;
    without grace days it goes back to its lot and from there to breakage, in a journal of its own.
    """
    transfers: list[Transfer] = []
    draft = Draft(journals=[])
    expired: list[Lot] = []
    for line, back_yen in _unwound(original.lines, amount_yen):
        back = reverse(line, back_yen)
        lot = books.lots.get(line.debit_account_id)
        if lot is not None and city_date(event_at) > lot.last_day:
            if lot.grace_days:
                successor = _successor(lot, back, event_at, next(ids))
                draft.lots.append(successor)
                books.add_lot(successor.as_issued())
                back = back._replace(credit_account_id=successor.id)
            else:
                _put_back(books, lot, back)
                expired.append(lot)
        elif lot is not None:
            _put_back(books, lot, back)
        transfers.append(back)
    draft.journals.append(Journal(next(ids), kind, event_at, tuple(transfers), original.id))
    for lot in expired:
        journal, accounts = expiry_journal(lot, event_at, next(ids))
        draft.journals.append(journal)
        draft.accounts += accounts
    return draft


def reverse(line: Line, back_yen: int) -> Transfer:
    """Give back `back_yen` of a line with its stored parts, and remember it for the next command of the batch."""
    paid_yen = paid_part(
        take_yen=back_yen,
        paid_yen=line.paid_yen,
        face_yen=line.amount_yen,
        taken_yen=line.reversed_yen,
        taken_paid_yen=line.reversed_paid_yen,
    )
    line.reversed_yen += back_yen
    line.reversed_paid_yen += paid_yen
    return Transfer(line.credit_account_id, line.debit_account_id, back_yen, paid_yen, line.number)


def _unwound(lines: Sequence[Line], amount_yen: int) -> Iterator[tuple[Line, int]]:
    for line in reversed(lines):
        back_yen = min(line.left_yen, amount_yen)
        if back_yen:
            amount_yen -= back_yen
            yield line, back_yen


def _put_back(books: Books, lot: Lot, back: Transfer) -> None:
    books.touched_lots.add(lot.id)
    lot.paid_left_yen += back.paid_yen
    lot.premium_left_yen += back.premium_yen


def _successor(lot: Lot, back: Transfer, event_at: datetime, lot_id: UUID) -> NewLot:
    """A lot for the grace days after today; it has no grace of its own, so that grace ends."""
    day = city_date(event_at)
    return NewLot(
        id=lot_id,
        wallet_id=lot.wallet_id,
        campaign_id=lot.campaign_id,
        paid_yen=back.paid_yen,
        premium_yen=back.premium_yen,
        terms=Terms(lot.usable_at, day, day + timedelta(days=lot.grace_days)),
        issued_at=event_at,
        succeeds_lot_id=lot.id,
    )
